"""The system page, the letters on their way, and what an administrator may set going there."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from app.actions.rebuild import rebuild_index
from app.actions.retry_mail import RetryMail, retry_mail
from app.actions.try_mail import Trial, try_settings
from app.queries.outgoing import mail_page
from app.queries.system import system_page
from base import settings
from base.errors import Conflict, Invalid, Missing
from base.mail.attempt import MailAnswer
from base.mail.written import WrittenLetter, written_letter
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from members.current import need_member
from members.pages.dev_mail import Piece, pieces_of
from members.rules import check_may_administer


@dataclass(frozen=True, slots=True)
class LetterPage:
    """What templates/app/letter.html shows."""

    letter: WrittenLetter
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class TrialPage:
    """What templates/app/mail_test.html shows."""

    answer: MailAnswer | None
    server: str


async def system(request: Request) -> Response:
    """Show how everything is."""
    return page(request, "app/system.html", await system_page(need_member(request)))


async def reindex(request: Request) -> Response:
    """Let the search index be built anew."""
    try:
        await rebuild_index(need_member(request))
    except Conflict as error:
        return redirect("/admin/system", error.sentence, level="warning")
    return redirect("/admin/system", "A fresh index is being built. Search goes on with the old one.")


async def mail(request: Request) -> Response:
    """Show the letters on their way, those that were given up first."""
    return page(request, "app/mail.html", await mail_page(need_member(request)))


async def letter(request: Request) -> Response:
    """Show one letter, where no mail server is set: then nobody else brings it to who it is for."""
    check_may_administer(need_member(request))
    found = await written_letter(request.path_params["id"])
    if found is None or settings.get().mail_server:
        raise Missing
    return page(request, "app/letter.html", LetterPage(found, list(pieces_of(found.text))))


async def again(request: Request) -> Response:
    """Give letters that were given up another try: one, or all of them."""
    number = await retry_mail(need_member(request), RetryMail.read(await read_input(request)))
    words = f"{number} will be tried again." if number else "There was nothing to try again."
    return redirect("/admin/mail", words)


async def try_form(request: Request) -> Response:
    """Ask who is to get a letter to try the mail."""
    check_may_administer(need_member(request))
    return page(request, "app/mail_test.html", TrialPage(None, settings.get().mail_server))


async def try_it(request: Request) -> Response:
    """Send a letter at once and show what the mail server answers."""
    viewer, given = need_member(request), await read_input(request)
    check_may_administer(viewer)
    server = settings.get().mail_server
    try:
        answer = await try_settings(viewer, Trial.read(given))
    except Invalid as error:
        data = TrialPage(None, server)
        return page(request, "app/mail_test.html", data, status=422, errors=error.errors, given=given)
    return page(request, "app/mail_test.html", TrialPage(answer, server), given=given)


ROUTES: list[BaseRoute] = [
    Route("/admin/system", system, methods=["GET"]),
    Route("/admin/system/reindex", reindex, methods=["POST"]),
    Route("/admin/mail", mail, methods=["GET"]),
    Route("/admin/mail/{id:int}", letter, methods=["GET"]),
    Route("/admin/mail/retry", again, methods=["POST"]),
    Route("/admin/mail/test", try_form, methods=["GET"]),
    Route("/admin/mail/test", try_it, methods=["POST"]),
]
