"""Write down what members agree to, and what they take back; a row is never changed."""

from collections.abc import Sequence
from typing import Final, Literal

from pydantic import Field

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input, Words
from members.models import Consent, Member
from members.queries.legal import LegalVersion, newest_to_accept, to_accept
from members.viewer import Viewer

CHOICES: Final = {"credit": ("name", "organisation", "no"), "contact": ("yes", "no")}


class Choice(Input):
    """What is free to give and to take back: to stay named in practices after leaving, to be asked for interviews."""

    what: Literal["credit", "contact"] = Field(title="What")
    value: Literal["name", "organisation", "yes", "no"] = Field(title="Answer")


class Accepting(Input):
    """The documents that somebody accepts, each as document:version."""

    accept: Words = Field([], max_length=10, title="Documents")


async def choose(viewer: Viewer, given: Choice) -> None:
    """Give a consent, or take it back: both take one click."""
    if given.value not in CHOICES[given.what]:
        raise Invalid({"value": "Please choose one of the options."}, given.model_dump())
    async with transaction():
        await record_consent(viewer.member_id, given.what, given.value)
        data = {"what": given.what, "value": given.value}
        await journal.record("consent.given", actor_id=viewer.id, subject_id=viewer.member_id, data=data)


async def accept(viewer: Viewer, given: Accepting) -> None:
    """Accept the documents that are asked for; each has a box of its own, and none is ticked beforehand."""
    upto, asked = await newest_to_accept(), await to_accept(viewer)
    check_accepted(asked, given.accept)
    async with transaction():
        await record_acceptance(viewer.member_id, asked, upto)
        data = {"documents": [one.key for one in asked]}
        await journal.record("consent.accepted", actor_id=viewer.id, subject_id=viewer.member_id, data=data)


def check_accepted(asked: Sequence[LegalVersion], accepted: Sequence[str]) -> None:
    """Raise Invalid with a sentence at the box of every document that is not accepted."""
    left = {one.document: f"Please read and accept: {one.title}." for one in asked if one.key not in accepted}
    if left:
        raise Invalid({f"accept-{document}": words for document, words in left.items()}, {"accept": list(accepted)})


async def record_acceptance(member_id: int, accepted: Sequence[LegalVersion], upto: int) -> None:
    """Write down what was accepted, inside the caller's transaction; `upto` is the newest text there was then."""
    for one in accepted:
        await record_consent(member_id, one.document, "accepted", version=one.version)
    await Member.filter(id=member_id, legal_upto__lt=upto).update(legal_upto=upto)


async def forget_acceptance(member_id: int) -> None:
    """Forget, inside the caller's transaction, what was accepted for an account by somebody who may not be its owner.

    Whoever registered it had not proved the address; its owner is asked on the first page.
    """
    await Consent.filter(member_id=member_id).delete()
    await Member.filter(id=member_id).update(legal_upto=0)


async def record_consent(member_id: int, what: str, value: str, *, version: int = 0) -> None:
    """Add what was said to everything that was said before, inside the caller's transaction."""
    await Consent.create(member_id=member_id, what=what, version=version, value=value, at=now())
