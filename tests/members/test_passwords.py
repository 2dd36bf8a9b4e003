"""Passwords: what is refused, and how they are kept."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.errors import TooMany
from members import passwords
from members.passwords import check_password, hash_password, is_outdated, is_password
from tests.members.secrets_of import CHEAP, PASSWORD

ABOUT = ("Mara Visser", "mara.visser@elisabeth.example", "Commonplace")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short one", "at least 10"),
        ("x" * 201, "at most 200"),
        ("aaaaaaaaaaaa", "different"),
        ("abababababab", "different"),
        ("password1234", "guessed"),
        ("P@ssw0rd2026!", "guessed"),
        ("Welcome2026!!", "guessed"),
        ("hospital-2026", "guessed"),
        ("iloveyou12345", "guessed"),
        ("welcomehospital", "guessed"),
        ("1234567890", "guessed"),
        ("0987654321", "guessed"),
        ("qwertyuiop", "guessed"),
        ("poiuytrewq12", "guessed"),
        ("1qaz2wsx3edc", "guessed"),
        ("1q2w3e4r5t6y", "guessed"),
        ("abcdefghijkl", "guessed"),
        ("31-12-1987 05", "guessed"),
        ("maravisser1987", "too close"),
        ("Visser.Mara!1", "too close"),
        ("elisabeth2026", "too close"),
        ("Commonplace.1", "too close"),
    ],
)
def test_what_anybody_would_guess_is_refused(password: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        check_password(password, about=ABOUT)


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "correct horse battery staple",
        "vK9#mq2!xLp0",
        "пять разных слов",
        "Grüße aus Köln am Rhein",
        "mara likes green bicycles",
        "水曜日の朝は雨が降った",
        " leading and trailing ",
    ],
)
def test_what_is_hard_to_guess_is_taken_as_it_is(password: str) -> None:
    assert check_password(password, about=ABOUT) == password


def test_administrators_need_a_longer_one() -> None:
    with pytest.raises(ValueError, match="at least 15"):
        check_password("vK9#mq2!xLp0", shortest=15)


@given(st.text(max_size=250))
@settings(max_examples=200, deadline=None)
def test_no_text_breaks_the_check(password: str) -> None:
    sentence = ""
    try:
        assert check_password(password, about=ABOUT) == password
    except ValueError as refused:
        sentence = str(refused)
    assert sentence == "" or sentence.endswith(".")


@pytest.mark.anyio
async def test_a_hash_knows_its_password_in_every_spelling_of_it() -> None:
    stored = await hash_password("Zoë’s café № 7")
    assert stored.startswith("$argon2id$")
    assert await is_password(stored, "Zoë’s café № 7")
    assert await is_password(stored, "Zoe\u0308’s cafe\u0301 № 7")
    assert not await is_password(stored, "Zoe’s cafe № 7")
    assert not await is_password("", "Zoë’s café № 7")
    assert not await is_password("not a hash", "Zoë’s café № 7")
    assert await is_password(await hash_password("lone \ud800 surrogate"), "lone \ud800 surrogate")


@pytest.mark.anyio
async def test_nobodys_password_is_not_anybodys() -> None:
    assert not await is_password("", "nobody has this password")


def test_a_weaker_hash_is_outdated() -> None:
    assert is_outdated(CHEAP)


@pytest.mark.anyio
async def test_a_storm_of_sign_ins_is_told_to_come_again_and_forgotten_when_it_is_over(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = await hash_password("a long pass phrase")
    monkeypatch.setattr(passwords, "MOST_WAITING", 3)
    tries = [passwords.is_password(stored, "a long pass phrase") for _ in range(8)]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert ended[:3] == [True] * 3
    assert [type(one) for one in ended[3:]] == [TooMany] * 5
    assert await passwords.is_password(stored, "a long pass phrase")
