"""Mail written on this machine: only where no mail server is set and nobody else can see it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base import settings
from base.errors import Missing
from base.mail.written import WrittenLetter, written_letter, written_letters
from base.web.nearby import is_from_here
from base.web.render import page

_LINK: Final = re.compile(r"https?://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """Text of a letter, or a link in it."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MailPage:
    """What templates/members/dev_mail.html shows."""

    letters: list[WrittenLetter]
    folder: str


@dataclass(frozen=True, slots=True)
class LetterPage:
    """What templates/members/dev_letter.html shows."""

    letter: WrittenLetter
    pieces: list[Piece]


def check_is_private(request: Request) -> None:
    """Raise Missing unless only this machine can look: the letters hold links that open accounts."""
    if settings.get().mail_server or not is_from_here(request):
        raise Missing


def pieces_of(text: str) -> Iterator[Piece]:
    """Split a letter into text and links; links to this site become paths, so that they work under any name."""
    at = 0
    for found in _LINK.finditer(text):
        url = found[0].rstrip(".,;:!?)")
        yield Piece(text[at : found.start()])
        yield Piece(url, url.removeprefix(settings.get().address) or "/")
        at = found.start() + len(url)
    yield Piece(text[at:])


async def mail(request: Request) -> Response:
    """List what was written, the newest first."""
    check_is_private(request)
    folder = str(settings.get().data_dir / "mail")
    return page(request, "members/dev_mail.html", MailPage(await written_letters(), folder))


async def letter(request: Request) -> Response:
    """Show one letter."""
    check_is_private(request)
    found = await written_letter(request.path_params["id"])
    if found is None:
        raise Missing
    return page(request, "members/dev_letter.html", LetterPage(found, list(pieces_of(found.text))))


ROUTES: list[BaseRoute] = [
    Route("/dev/mail", mail, methods=["GET"]),
    Route("/dev/mail/{id:int}", letter, methods=["GET"]),
]
