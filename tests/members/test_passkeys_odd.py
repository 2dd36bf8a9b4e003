"""Whatever a client sends in the place of what a passkey answers: it is refused, and nothing breaks."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as some

from members.passkeys import NotProven, check_new, check_use, named_in
from tests.members.authenticator import text

WORDS = some.sampled_from(["public-key", "AAAA", "o2NmbXQ"])
JUNK = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text() | WORDS,
    lambda inner: some.lists(inner, max_size=3)
    | some.dictionaries(
        some.sampled_from(["id", "rawId", "type", "response", "clientDataJSON", "attestationObject", "signature",
                           "authenticatorData", "userHandle", "transports"]), inner, max_size=6),
    max_leaves=12,
)  # fmt: skip


@how(max_examples=200, deadline=None)
@given(JUNK, some.binary(max_size=80))
def test_junk_is_refused_and_breaks_nothing(junk: object, data: bytes) -> None:
    client = text(json.dumps({"type": "webauthn.create", "challenge": "AAAA", "origin": "https://x"}).encode())
    shaped = {"id": "AAAA", "rawId": "AAAA", "type": "public-key"}
    shaped["response"] = {"clientDataJSON": client, "attestationObject": text(data), "authenticatorData": text(data)}
    for sent in (json.dumps(junk), json.dumps(shaped), data.decode("latin-1"), "[" * 3000):
        for work in (
            lambda sent=sent: check_new(sent, b"x"),
            lambda sent=sent: check_use(sent, b"x", text(data)),
        ):
            with pytest.raises(NotProven):
                work()
    with pytest.raises(NotProven):
        named_in("{}")


def test_the_library_waits_for_the_first_answer() -> None:
    told = "import sys, app.create, members.passkeys; sys.exit('webauthn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", told], cwd=Path(__file__).parents[2], check=False).returncode == 0
