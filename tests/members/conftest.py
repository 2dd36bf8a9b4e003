"""What tests of members/ share."""

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher

from members import passwords
from members.oidc.metadata import forget_all
from tests.members.provider_elsewhere import Idp, running_provider


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with next to no work; test_passwords.py holds the real parameters to their word."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()


@pytest.fixture(scope="session")
def provider_elsewhere() -> Iterator[Idp]:
    """Serve an OpenID provider on this machine."""
    with running_provider() as idp:
        yield idp


@pytest.fixture
def idp(provider_elsewhere: Idp, monkeypatch: pytest.MonkeyPatch) -> Iterator[Idp]:
    """Give the provider as it is at first; the site may ask machines of this network."""
    monkeypatch.setenv("COMMONPLACE_SSO_NETWORKS", "127.0.0.0/8")
    provider_elsewhere.reset()
    forget_all()
    yield provider_elsewhere
    forget_all()
