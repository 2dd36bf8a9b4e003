"""Who uses an article: its ledger, what one's organisation does, what its members proposed."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.errors import Invalid
from base.web.inputs import read_input
from base.web.redirect import redirect
from base.web.render import page
from kb.actions.adopt import Use, accept_use, adopt, decline_use, still_using, withdraw_adoption
from kb.addresses import work_url
from kb.queries.ledger import ledger
from members.current import need_member, viewer_of


async def show(request: Request) -> Response:
    """Show who uses an article."""
    return await _show(request, None)


async def _show(request: Request, error: Invalid | None) -> Response:
    data = await ledger(viewer_of(request), request.path_params["id"])
    errors, given = (error.errors, error.given) if error else ({}, {})
    return page(request, "kb/ledger.html", data, status=422 if error else 200, errors=errors, given=given)


async def adopt_page(request: Request) -> Response:
    """Write down what the viewer's organisation does with an article."""
    viewer, article_id, given = need_member(request), request.path_params["id"], await read_input(request)
    try:
        use = Use.read(given)
        recorded = await adopt(viewer, article_id, use)
    except Invalid as error:
        return await _show(request, Invalid(error.errors, given))
    return redirect(_back(article_id), _thanks(viewer.organisation_name, use, recorded=recorded))


def _thanks(organisation: str, use: Use, *, recorded: bool) -> str:
    if not recorded:
        return f"Thank you. The administrators of {organisation} decide whether it is recorded."
    if use.hide_name:
        return f"Thank you. {organisation} is counted, and is not named."
    return f"Thank you. {organisation} is on the list."


async def withdraw_page(request: Request) -> Response:
    """Take back what the viewer's organisation said, or what the viewer proposed."""
    await withdraw_adoption(need_member(request), request.path_params["id"])
    return redirect(_back(request.path_params["id"]), "Taken back.")


async def still_page(request: Request) -> Response:
    """Confirm that it is still so."""
    await still_using(need_member(request), request.path_params["id"])
    return redirect(_back(request.path_params["id"]), "Thank you. We ask again in half a year.")


async def decide_page(request: Request) -> Response:
    """Record or decline what a member proposed."""
    viewer, given = need_member(request), await read_input(request)
    article_id, change_id = request.path_params["id"], request.path_params["change"]
    if given.get("do") == "record":
        await accept_use(viewer, article_id, change_id)
        return redirect(_back(article_id), "Recorded.")
    await decline_use(viewer, article_id, change_id)
    return redirect(_back(article_id), "Declined.")


def _back(article_id: int) -> str:
    return work_url(article_id, "adoptions")


ROUTES: list[BaseRoute] = [
    Route("/kb/{id:int}/adoptions", show, methods=["GET"]),
    Route("/kb/{id:int}/adopt", adopt_page, methods=["POST"]),
    Route("/kb/{id:int}/adopt/withdraw", withdraw_page, methods=["POST"]),
    Route("/kb/{id:int}/adopt/still", still_page, methods=["POST"]),
    Route("/kb/{id:int}/adoptions/{change:int}", decide_page, methods=["POST"]),
]
