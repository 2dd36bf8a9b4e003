"""What tests of members/ share."""

import pytest
from argon2 import PasswordHasher

from members import passwords


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hash passwords with next to no work; test_passwords.py holds the real parameters to their word."""
    monkeypatch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._nobodys_hash.cache_clear()
