"""Who may do what, as one table; and that "this one" and "which ones" agree."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pytest

from base.clock import now
from base.db import rows
from base.errors import Invalid, Missing, NotSignedIn, Refused
from members import rules
from members.models import Invitation
from members.rules import MemberFacts, OrganisationFacts
from members.viewer import NETWORK, OPERATOR, PUBLIC, Grant, Viewer
from tests import builders as make

NOBODY: Final = frozenset({PUBLIC})
INSIDE: Final = frozenset({PUBLIC, NETWORK})
AT_WORK: Final = INSIDE | {"org:5"}


def _viewer(*grants: Grant, **more: object) -> Viewer:
    given = {"id": 1, "session_id": 1, "audiences": INSIDE, "grants": grants}
    return Viewer(**given | more)  # type: ignore[arg-type]


WHO: Final[dict[str, Viewer]] = {
    "visitor": Viewer(),
    "guest": _viewer(audiences=NOBODY),
    "member": _viewer(organisation_id=5),
    "org admin": _viewer(organisation_id=5, org_admin_of=frozenset({5})),
    "leader": _viewer(Grant("community_leader", "region", 7)),
    "editor": _viewer(Grant("editor")),
    "moderator": _viewer(Grant("moderator")),
    "admin": _viewer(Grant("admin")),
    "token": _viewer(session_id=None),
    "T1 at work": _viewer(trust=1, audiences=AT_WORK),
    "T2 at work": _viewer(trust=2, audiences=AT_WORK),
    "T2 elsewhere": _viewer(trust=2, audiences=INSIDE | {"org:6"}),
    "other org's admin": _viewer(organisation_id=6, org_admin_of=frozenset({6}), trust=2),
    "leader of region 8": _viewer(Grant("community_leader", "region", 8)),
}
OTHER = MemberFacts(id=2)
OWN = OrganisationFacts(id=5, region_id=8)
ITS_REGION = OrganisationFacts(id=6, region_id=7)
FOREIGN = OrganisationFacts(id=6, region_id=8)
LAPSED = OrganisationFacts(id=5, region_id=8, state="lapsed")
ACTS: Final[dict[str, Callable[[Viewer], object]]] = {
    "edit own profile": lambda v: rules.check_may_edit_profile(v, 1),
    "edit another's profile": lambda v: rules.check_may_edit_profile(v, 2),
    "make a token": rules.check_may_make_token,
    "see everybody's account": rules.check_may_administer,
    "give a role": rules.check_may_grant,
    "suspend a member": lambda v: rules.check_may_suspend(v, OTHER),
    "suspend who holds a role": lambda v: rules.check_may_suspend(v, MemberFacts(id=2, is_staff=True)),
    "suspend oneself": lambda v: rules.check_may_suspend(v, MemberFacts(id=1)),
    "suspend who never joined": lambda v: rules.check_may_suspend(v, MemberFacts(id=2, state="staged")),
    "place in own organisation": lambda v: rules.check_may_place(v, OWN),
    "place in own region": lambda v: rules.check_may_place(v, ITS_REGION),
    "place elsewhere": lambda v: rules.check_may_place(v, FOREIGN),
    "invite who was imported": lambda v: rules.check_may_invite(v, MemberFacts(id=2, state="staged")),
    "invite who has joined": lambda v: rules.check_may_invite(v, OTHER),
    "describe own organisation": lambda v: rules.check_may_describe(v, OWN),
    "describe one in own region": lambda v: rules.check_may_describe(v, ITS_REGION),
    "describe another": lambda v: rules.check_may_describe(v, FOREIGN),
    "open own console, let people in": lambda v: rules.check_may_open_console(v, OWN),
    "open a console in own region": lambda v: rules.check_may_open_console(v, ITS_REGION),
    "open another's console": lambda v: rules.check_may_open_console(v, FOREIGN),
    "run own organisation": lambda v: rules.check_may_run_organisation(v, OWN),
    "run one in own region": lambda v: rules.check_may_run_organisation(v, ITS_REGION),
    "leave an administrator behind": lambda v: rules.check_may_leave_it_without(v, 1),
    "leave nobody behind": lambda v: rules.check_may_leave_it_without(v, 0),
    "learn addresses of the own people, take all along": lambda v: rules.check_may_take_along(v, OWN),
    "take along what one in own region has": lambda v: rules.check_may_take_along(v, ITS_REGION),
    "see what is decided about one person": rules.check_may_look_after,
    "do what guests may not": rules.check_is_no_guest,
    "remove a colleague": lambda v: rules.check_may_end_place(v, 2),
    "remove oneself": lambda v: rules.check_may_end_place(v, 1),
    "hand own role over": lambda v: rules.check_may_transfer(v, OWN, 2),
    "hand own role to oneself": lambda v: rules.check_may_transfer(v, OWN, 1),
    "place who never asked": lambda v: rules.check_may_place_anybody(v, OWN),
    "seat staff": lambda v: rules.check_may_seat(v, OWN, 2, "staff", ""),
    "seat an administrator": lambda v: rules.check_may_seat(v, OWN, 2, "org_admin", "staff"),
    "unseat an administrator": lambda v: rules.check_may_seat(v, OWN, 2, "staff", "org_admin"),
    "seat who is paused": lambda v: rules.check_may_seat(v, OWN, 2, "staff", "paused"),
    "seat oneself": lambda v: rules.check_may_seat(v, OWN, 1, "staff", "pending"),
    "take a place": lambda v: rules.check_may_seat(v, OWN, 2, "", "staff"),
    "propose to own organisation": lambda v: rules.check_may_propose(v, OWN),
    "propose to another": lambda v: rules.check_may_propose(v, FOREIGN),
    "keep own platform ledger": lambda v: rules.check_may_keep_uses(v, OWN),
    "keep a ledger in own region": lambda v: rules.check_may_keep_uses(v, ITS_REGION),
    "keep a ledger elsewhere": lambda v: rules.check_may_keep_uses(v, FOREIGN),
    "keep organisations": rules.check_may_keep_organisations,
    "keep providers of sign-in": rules.check_may_keep_providers,
    "record what changes on platforms": rules.check_may_record_changes,
    "reset another's two steps": lambda v: rules.check_may_reset_two_steps(v, 2),
    "reset one's own two steps": lambda v: rules.check_may_reset_two_steps(v, 1),
    "copy own data": lambda v: rules.check_may_copy(v, 1),
    "copy another's data": lambda v: rules.check_may_copy(v, 2),
    "give up the account": rules.check_may_leave,
    "erase somebody": lambda v: rules.check_may_erase(v, OTHER),
    "erase oneself for another": lambda v: rules.check_may_erase(v, MemberFacts(id=1)),
    "erase who is gone": lambda v: rules.check_may_erase(v, MemberFacts(id=2, state="gone")),
    "erase an administrator": lambda v: rules.check_may_erase(v, MemberFacts(id=2, is_admin=True)),
    "erase a mask": lambda v: rules.check_may_erase(v, MemberFacts(id=2, state="mask")),
    "write legal documents": rules.check_may_write_legal_texts,
    "invite a colleague": lambda v: rules.check_may_invite_as(v, OWN, "staff"),
    "invite an administrator": lambda v: rules.check_may_invite_as(v, OWN, "org_admin"),
    "invite the first administrator": lambda v: rules.check_may_invite_as(v, OWN, "org_admin", is_run=False),
    "invite a list": lambda v: rules.check_may_invite_list(v, OWN),
    "invite into what does not take part": lambda v: rules.check_may_invite_colleagues(v, LAPSED),
    "change another's invitation": lambda v: rules.check_may_change_invitation(v, OWN, 2),
    "change an own invitation": lambda v: rules.check_may_change_invitation(v, OWN, 1),
    "write to a member": lambda v: rules.check_may_write_to(v, OTHER, accepts=True),
    "write to who wants no letters": lambda v: rules.check_may_write_to(v, OTHER, accepts=False),
    "write to who has left": lambda v: rules.check_may_write_to(v, MemberFacts(id=2, state="gone"), accepts=True),
    "write to oneself": lambda v: rules.check_may_write_to(v, MemberFacts(id=1), accepts=True),
}
EVERYBODY: Final = set(WHO)
MEMBERS: Final = EVERYBODY - {"visitor"}
RUN: Final = {"org admin", "leader of region 8", "moderator", "admin"}
MAY: Final[dict[str, set[str]]] = {
    "edit own profile": MEMBERS,
    "edit another's profile": set(),
    "make a token": MEMBERS - {"token"},
    "see everybody's account": {"admin"},
    "give a role": {"admin"},
    "suspend a member": {"moderator", "admin"},
    "suspend who holds a role": {"admin"},
    "suspend oneself": set(),
    "suspend who never joined": set(),
    "place in own organisation": RUN,
    "place in own region": {"leader", "moderator", "admin", "other org's admin"},
    "place elsewhere": {"moderator", "admin", "leader of region 8", "other org's admin"},
    "invite who was imported": {"admin"},
    "invite who has joined": set(),
    "describe own organisation": RUN,
    "describe one in own region": {"leader", "moderator", "admin", "other org's admin"},
    "describe another": {"moderator", "admin", "other org's admin", "leader of region 8"},
    "open own console, let people in": RUN,
    "open a console in own region": {"leader", "moderator", "admin", "other org's admin"},
    "open another's console": {"moderator", "admin", "other org's admin", "leader of region 8"},
    "run own organisation": {"org admin", "moderator", "admin"},
    "run one in own region": {"moderator", "admin", "other org's admin"},
    "leave an administrator behind": EVERYBODY,
    "leave nobody behind": {"moderator", "admin"},
    "learn addresses of the own people, take all along": {"org admin", "admin"},
    "take along what one in own region has": {"admin", "other org's admin"},
    "see what is decided about one person": {"moderator", "admin"},
    "do what guests may not": {"visitor", "T1 at work", "T2 at work", "T2 elsewhere", "other org's admin"}
    | {"leader", "leader of region 8", "editor", "moderator", "admin"},
    "remove a colleague": EVERYBODY,
    "remove oneself": {"visitor"},
    "hand own role over": {"org admin"},
    "hand own role to oneself": set(),
    "place who never asked": {"leader of region 8", "moderator", "admin"},
    "seat staff": MEMBERS,  # beside check_may_place
    "seat an administrator": {"org admin", "moderator", "admin"},
    "unseat an administrator": {"org admin", "moderator", "admin"},
    "seat who is paused": {"org admin", "moderator", "admin"},
    "seat oneself": {"org admin", "moderator", "admin"},
    "take a place": {"org admin", "moderator", "admin"},
    "propose to own organisation": {"T1 at work", "T2 at work"},
    "propose to another": {"T2 elsewhere"},
    "keep own platform ledger": RUN,
    "keep a ledger in own region": {"leader", "moderator", "admin", "other org's admin"},
    "keep a ledger elsewhere": {"moderator", "admin", "other org's admin", "leader of region 8"},
    "reset another's two steps": {"admin"},
    "reset one's own two steps": set(),
    "copy own data": MEMBERS,
    "copy another's data": set(),
    "give up the account": MEMBERS - {"token"},
    "erase somebody": {"admin"},
    "erase oneself for another": set(),
    "erase who is gone": set(),
    "erase an administrator": set(),
    "erase a mask": set(),
    "write legal documents": {"admin"},
    "keep organisations": {"admin"},
    "keep providers of sign-in": {"admin"},
    "record what changes on platforms": {"editor", "moderator", "admin"},
    "invite a colleague": RUN | {"T2 at work"},
    "invite an administrator": RUN - {"leader", "leader of region 8"},
    "invite the first administrator": RUN,
    "invite a list": RUN,
    "invite into what does not take part": set(),
    "change another's invitation": RUN,
    "change an own invitation": MEMBERS,
    "write to a member": {"T1 at work", "T2 at work", "T2 elsewhere", "other org's admin"}
    | {"leader", "leader of region 8", "editor", "moderator", "admin"},
    "write to who wants no letters": set(),
    "write to who has left": set(),
    "write to oneself": set(),
}


def _outcome(act: Callable[[Viewer], object], who: Viewer) -> str:
    try:
        act(who)
    except NotSignedIn:
        return "sign in"
    except (Refused, Missing) as refused:
        return "no" if refused.sentence.endswith(".") else "no, without a sentence"
    return "yes"


@pytest.mark.parametrize("act", ACTS)
def test_who_may(act: str) -> None:
    found = {name: _outcome(ACTS[act], who) for name, who in WHO.items()}
    expected = {name: "yes" if name in MAY[act] else "sign in" if name == "visitor" else "no" for name in WHO}
    assert found == expected


AT: Final = now()


@pytest.mark.parametrize(
    ("who", "outcome"),
    [
        (_viewer(confirmed_at=AT), "yes"),
        (_viewer(confirmed_at=AT - timedelta(minutes=14, seconds=59)), "yes"),
        (_viewer(confirmed_at=AT - timedelta(minutes=15)), "no"),
        (_viewer(), "no"),
        (_viewer(session_id=None, token_id=1), "no"),
        (OPERATOR, "yes"),
    ],
)
def test_how_long_a_proof_is_good(who: Viewer, outcome: str) -> None:
    assert _outcome(lambda viewer: rules.check_may_act_now(viewer, AT), who) == outcome


@pytest.mark.parametrize(
    ("whom", "who", "due"),
    [
        ("nobody", _viewer(Grant("admin")), None),
        ("staff", _viewer(), None),
        ("staff", _viewer(Grant("community_leader", "region", 7)), None),
        ("staff", _viewer(Grant("editor"), two_steps_asked_at=AT - timedelta(days=3)), AT + timedelta(days=11)),
        ("everybody", _viewer(two_steps_asked_at=AT - timedelta(days=20)), AT - timedelta(days=6)),
        ("everybody", _viewer(), AT + timedelta(days=14)),
        ("everybody", _viewer(has_two_steps=True), None),
        ("everybody", _viewer(has_passkeys=True), None),
        ("everybody", _viewer(did_two_steps=True), None),
        ("everybody", _viewer().anybody(), None),
        ("everybody", Viewer(), None),
        ("everybody", OPERATOR, None),
    ],
)
def test_until_when_two_steps_are_asked_of_whom(whom: str, who: Viewer, due: datetime | None) -> None:
    assert rules.two_steps_due(who, whom, timedelta(days=14), AT) == due


@pytest.mark.parametrize(
    ("whom", "who", "takes_two"),
    [
        ("nobody", _viewer(), False),
        ("nobody", _viewer(has_two_steps=True), True),
        ("nobody", _viewer(has_passkeys=True), False),
        ("staff", _viewer(has_passkeys=True), False),
        ("staff", _viewer(Grant("community_leader", "region", 7), has_passkeys=True), False),
        ("staff", _viewer(Grant("editor"), has_passkeys=True), True),
        ("staff", _viewer(Grant("editor")), False),
        ("everybody", _viewer(has_passkeys=True), True),
        ("everybody", _viewer(has_passkeys=True, has_two_steps=True), True),
        ("everybody", _viewer(), False),
    ],
)
def test_whose_password_does_not_let_them_in_alone(whom: str, who: Viewer, takes_two: bool) -> None:
    assert rules.takes_two_steps(who, whom) is takes_two


STATES: Final = ("active", "staged", "suspended", "leaving", "gone", "unverified", "mask")


@pytest.mark.parametrize(
    ("act", "may"),
    [
        (rules.check_may_enter, {"active", "leaving"}),
        (rules.check_may_confirm, {"staged", "unverified"}),
        (rules.check_may_reset, {"active", "leaving", "staged", "unverified"}),
    ],
)
def test_what_an_account_may_be_used_for(act: Callable[[str], None], may: set[str]) -> None:
    for state in STATES:
        try:
            act(state)
        except (Invalid, Refused):
            assert state not in may
        else:
            assert state in may


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_this_member_and_which_members_agree() -> None:
    everybody = [await make.member(f"Is {state}", state=state) for state in STATES]
    for one in everybody:
        own = Viewer(id=one.id, audiences=NOBODY)
        for viewer in (*WHO.values(), own):
            who = viewer if viewer.id != 1 else Viewer(id=99_999, grants=viewer.grants, audiences=viewer.audiences)
            visible = rules.visible_members(who)
            sql = f"SELECT m.id FROM members m WHERE {visible.sql}"
            found = {row["id"] for row in await rows(sql, *visible.values)}
            for member in everybody:
                facts = MemberFacts(id=member.id, state=member.state)
                assert rules.may_see_member(who, facts) == (member.id in found), (who, member.state)


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_this_organisation_and_which_organisations_agree() -> None:
    everything = [
        await make.organisation(f"Is {state}", state=state)
        for state in ("active", "grace", "pending", "lapsed", "archived")
    ]
    viewers = [*WHO.values(), *(Viewer(id=3, organisation_id=one.id) for one in everything)]
    for viewer in viewers:
        visible = rules.visible_organisations(viewer)
        sql = f"SELECT o.id FROM organisations o WHERE {visible.sql}"
        found = {row["id"] for row in await rows(sql, *visible.values)}
        for one in everything:
            facts = OrganisationFacts(id=one.id, state=one.state)
            assert rules.may_see_organisation(viewer, facts) == (one.id in found), (viewer, one.state)


@pytest.mark.parametrize(
    ("who", "sees"),
    [("visitor", False), ("guest", False), ("member", True), ("editor", True), ("admin", True)],
)
def test_who_sees_more_of_a_person_than_the_name(who: str, sees: bool) -> None:
    assert rules.may_see_details(WHO[who], OTHER) == sees
    assert rules.may_see_details(WHO[who], MemberFacts(id=2, state="suspended")) == (who == "admin")
    assert rules.may_see_details(WHO[who], MemberFacts(id=1)) == (who != "visitor")


@pytest.mark.anyio
@pytest.mark.usefixtures("database")
async def test_this_invitation_and_which_invitations_agree() -> None:
    organisation = await make.organisation(id=5)
    inviter, other = await make.member(id=1), await make.member(id=2)
    for one in (inviter, other):
        await Invitation.create(
            organisation=organisation, invited_by=one, email=one.email, created_at=now(), expires_at=now()
        )
    for name, viewer in WHO.items():
        visible = rules.visible_invitations(viewer, OWN)
        sql = f"SELECT i.invited_by_id AS id FROM invitations i WHERE {visible.sql} ORDER BY 1"
        found = [row["id"] for row in await rows(sql, *visible.values)]
        may = [
            id_ for id_ in (1, 2)
            if _outcome(lambda v, id_=id_: rules.check_may_change_invitation(v, OWN, id_), viewer) == "yes"  # type: ignore[misc]
        ]  # fmt: skip
        assert found == may, name


def test_who_learns_who_invited() -> None:
    learn = {name for name, viewer in WHO.items() if rules.may_learn_inviters(viewer)}
    assert learn == {"org admin", "other org's admin", "moderator", "admin"}
    assert rules.visible_inviters(WHO["org admin"]).values == (5,)
    assert rules.visible_inviters(WHO["T2 at work"]).sql == "1 = 0"
