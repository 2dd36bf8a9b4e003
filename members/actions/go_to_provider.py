"""Send a browser to a provider: to sign in, to link a sign-in there, or to prove again who one is."""

from typing import Final

from base.clock import now
from base.errors import Refused
from base.limits import count_against
from members.models import Provider
from members.oidc.visit import LONGEST_NEXT, Away, new_visit, way_to
from members.queries.facts import facts_of_member
from members.queries.links import own_links, proofs_of
from members.queries.providers import facts_of_provider, open_provider
from members.rules import check_may_act_now, check_may_open
from members.viewer import Viewer

PER_ADDRESS: Final = "1000/hour"
"""A whole hospital may come from one network address."""


async def go_and_sign_in(viewer: Viewer, slug: str, after: str, *, hint: str = "") -> Away:
    """Return the way to a provider; `hint` is the address that was typed here, so that it need not be typed there."""
    await count_against("sign-in-away", PER_ADDRESS, viewer.address)
    provider = await open_provider(slug)
    return await way_to(provider, new_visit(provider, next=_short(after)), hint=hint)


async def go_and_link(viewer: Viewer, slug: str) -> Away:
    """Return the way to a provider at which the viewer wants to have a sign-in linked to this account."""
    provider = await _for_member(viewer, slug)
    check_may_act_now(viewer, now())
    check_may_open(await facts_of_provider(provider), await facts_of_member(viewer.member_id))
    if slug not in [way.slug for way in (await own_links(viewer)).offered]:
        raise Refused("Only people of the organisation to which this sign-in belongs can link it.")
    where = {"next": "/settings/links", "purpose": "link", "session_id": viewer.session_id}
    return await way_to(provider, new_visit(provider, **where))


async def go_and_confirm(viewer: Viewer, slug: str, after: str) -> Away:
    """Return the way to a provider at which the viewer signs in anew, to prove that it is them."""
    provider = await _for_member(viewer, slug)
    if slug not in [way.slug for way in (await proofs_of(viewer)).providers]:
        raise Refused("This sign-in is not linked to your account.")
    began = int(now().timestamp())
    where = {"next": _short(after), "purpose": "confirm", "session_id": viewer.session_id, "began": began}
    return await way_to(provider, new_visit(provider, **where))


async def _for_member(viewer: Viewer, slug: str) -> Provider:
    await count_against("sign-in-away", PER_ADDRESS, str(viewer.member_id))
    if viewer.session_id is None:
        raise Refused("Only somebody who is signed in on the site can do this.")
    return await open_provider(slug)


def _short(after: str) -> str:
    return after if len(after) <= LONGEST_NEXT else "/"
