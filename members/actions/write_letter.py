"""Write to a member by the site's mail, without learning their address."""

import secrets
from datetime import timedelta
from typing import Final

from pydantic import Field

from base import journal, settings
from base.clock import now
from base.db import transaction
from base.errors import Missing, TooMany
from base.inputs import Body, Input, Line
from base.journal.models import Entry
from base.limits import count_against, limit_of
from base.mail import send
from base.mail.models import OutgoingMail
from members import rules
from members.letters import member_letter
from members.models import Member
from members.queries.letter_form import recipient, writer
from members.queries.mail_content import hold_policies_of, may_quote_to
from members.viewer import Viewer

KIND: Final = "letter.written"
TO_ONE: Final = "5/day"
"""So many letters somebody gets of one and the same member."""
_DAY: Final = timedelta(days=1)


class NewLetter(Input):
    """A letter to a member; `show_address` lets them answer by mail. `once` is the key of the form it was sent with."""

    subject: Line = Field(min_length=3, max_length=120, title="Subject")
    text: Body = Field(min_length=2, max_length=4000, title="Letter")
    show_address: bool = Field(False, title="Show my address")
    once: Line = Field("", max_length=64)


async def write_letter(viewer: Viewer, handle: str, given: NewLetter) -> None:
    """Send the letter; its text stands in no journal, and nowhere once a mail server has taken it over."""
    to = await recipient(viewer, handle)
    rules.check_may_write_to(viewer, to.facts, accepts=to.accepts)
    key = f"letter:{viewer.member_id}:{to.facts.id}:{given.once or secrets.token_urlsafe(12)}"
    if given.once and await OutgoingMail.exists(key=key):
        return  # the same form, sent twice
    if not rules.may_write_freely(viewer):
        await count_against("letters-to-one", TO_ONE, str(viewer.member_id), str(to.facts.id))
    member = await Member.get(id=to.facts.id)
    # Drawn before the transaction, which holds up others who write.
    letter = member_letter(
        member, await writer(viewer), given.subject, given.text,
        shows_address=given.show_address, key=key,
    )  # fmt: skip
    async with transaction():
        await hold_policies_of(member.id)
        # Who writes twice at once waits for themselves, so that the limit holds.
        await Member.filter(id=viewer.member_id).select_for_update().first()
        await _check_pace(viewer)
        reached = Member.filter(id=member.id, state="active", accepts_letters=True, mail_notices=True)
        if not (await reached.exists() and await may_quote_to(member.id)):
            raise Missing("This member has left meanwhile, or cannot be written to any more.")
        await send(letter)
        data = {"shows_address": given.show_address}
        await journal.record(KIND, actor_id=viewer.id, subject_id=member.id, data=data)


async def _check_pace(viewer: Viewer) -> None:
    if not settings.get().limits or rules.may_write_freely(viewer):
        return
    most, at = limit_of("letters_a_day"), now()
    written = Entry.filter(actor_id=viewer.id, kind=KIND, at__gt=at - _DAY).order_by("-id").limit(max(most, 1))
    times = [one.at for one in await written]
    if len(times) >= most:
        wait = (times[-1] + _DAY - at if times else _DAY).total_seconds()
        raise TooMany(f"You have written {most} letters within a day, which is the most.", max(1, round(wait)))
