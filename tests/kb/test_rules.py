"""Who may do what with articles, as one table; and that "this one" and "which ones" agree."""

from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Final

import pytest

from base.db import rows
from base.errors import Missing, NotSignedIn, Refused
from forum.facts import ThreadFacts
from kb import rules
from kb.facts import ArticleFacts, RevisionFacts
from kb.models import Article, ArticleRevision, Review
from members.viewer import NETWORK, PUBLIC, Grant, Viewer
from tests import builders as make

OWNER, AUTHOR, REVIEWER, LAST_EDITOR = 10, 11, 12, 13


def _viewer(id_: int, *grants: Grant, **more: object) -> Viewer:
    at_home = {"audiences": frozenset({PUBLIC, NETWORK}), "organisation_id": 5, "trust": 1}
    given = {"id": id_, "grants": grants} | at_home
    return Viewer(**given | more)  # type: ignore[arg-type]


WHO: Final[dict[str, Viewer]] = {
    "visitor": Viewer(),
    "guest": _viewer(1, audiences=frozenset({PUBLIC}), organisation_id=None, trust=0),
    "member": _viewer(2),
    "owner": _viewer(OWNER),
    "author": _viewer(AUTHOR),
    "reviewer": _viewer(REVIEWER),
    "last editor": _viewer(LAST_EDITOR, Grant("editor")),
    "editor": _viewer(14, Grant("editor")),
    "regional editor": _viewer(15, Grant("editor", "region", 3)),
    "moderator": _viewer(16, Grant("moderator")),
    "admin": _viewer(17, Grant("admin")),
    "administrator of it": _viewer(18, org_admin_of=frozenset({5})),
}
PEOPLE: Final = frozenset({AUTHOR, REVIEWER, LAST_EDITOR})


def _article(state: str = "published", audience: str = PUBLIC) -> ArticleFacts:
    return ArticleFacts(
        id=1,
        state=state,
        audience=audience,
        owner_id=OWNER,
        published_revision=int(state != "draft"),
        people_ids=PEOPLE,
    )


def _revision(state: str = "draft") -> RevisionFacts:
    return RevisionFacts(
        number=2,
        state=state,
        author_id=AUTHOR,
        last_editor_id=LAST_EDITOR,
        reviewer_ids=frozenset({REVIEWER}),
        decider_ids=frozenset({REVIEWER}),
    )


def _thread(state: str = "published", audience: str = PUBLIC) -> ThreadFacts:
    return ThreadFacts(id=1, kind="question", author_id=2, state=state, audience=audience)


DRAFT, LIVE, INSIDE = _article("draft"), _article(), _article(audience=NETWORK)
POLICY, POLICY_DRAFT = replace(LIVE, kind="policy"), replace(DRAFT, kind="policy")
Rule = Callable[[Viewer], object]
ACTS: Final[dict[str, Rule]] = {
    "nominate": rules.check_may_nominate,
    "draw on a thread": lambda v: rules.check_may_draw_on(v, _thread()),
    "draw on a thread of the network": lambda v: rules.check_may_draw_on(v, _thread(audience=NETWORK)),
    "draw on a hidden thread": lambda v: rules.check_may_draw_on(v, _thread(state="hidden")),
    "start": rules.check_may_edit,
    "edit": lambda v: rules.check_may_edit(v, DRAFT),
    "write a draft": lambda v: rules.check_may_write(v, DRAFT, _revision()),
    "write what is asked to change": lambda v: rules.check_may_write(v, DRAFT, _revision("changes_requested")),
    "write what is in review": lambda v: rules.check_may_write(v, DRAFT, _revision("in_review")),
    "write what is published": lambda v: rules.check_may_write(v, LIVE, _revision("published")),
    "send to somebody": lambda v: rules.check_may_send(v, DRAFT, _revision(), WHO["reviewer"]),
    "send to the last editor": lambda v: rules.check_may_send(v, DRAFT, _revision(), WHO["last editor"]),
    "send to who may not read it": lambda v: rules.check_may_send(
        v, _article("draft", "org:9"), _revision(), WHO["reviewer"]
    ),
    "take back": lambda v: rules.check_may_take_back(v, DRAFT, _revision("in_review")),
    "take back a draft": lambda v: rules.check_may_take_back(v, DRAFT, _revision()),
    "comment": lambda v: rules.check_may_comment(v, DRAFT, _revision("in_review")),
    "comment on what is published": lambda v: rules.check_may_comment(v, LIVE, _revision("published")),
    "decide": lambda v: rules.check_may_decide(v, DRAFT, _revision("in_review")),
    "decide on a draft": lambda v: rules.check_may_decide(v, DRAFT, _revision()),
    "correct": lambda v: rules.check_may_correct(v, LIVE),
    "correct a draft": lambda v: rules.check_may_correct(v, DRAFT),
    "correct a policy": lambda v: rules.check_may_correct(v, POLICY),
    "make a policy of what is published": lambda v: rules.check_may_change_kind(v, LIVE, "policy", False),
    "make a published policy something else": lambda v: rules.check_may_change_kind(v, POLICY, "how_to", False),
    "make a policy in review something else": lambda v: rules.check_may_change_kind(v, POLICY, "how_to", True),
    "make a draft in review a policy": lambda v: rules.check_may_change_kind(v, DRAFT, "policy", True),
    "verify": lambda v: rules.check_may_verify(v, LIVE),
    "verify a draft": lambda v: rules.check_may_verify(v, DRAFT),
    "verify inside the network": lambda v: rules.check_may_verify(v, INSIDE),
    "adopt": lambda v: rules.check_may_adopt(v, LIVE),
    "adopt inside the network": lambda v: rules.check_may_adopt(v, INSIDE),
    "adopt a draft": lambda v: rules.check_may_adopt(v, DRAFT),
    "contradict": lambda v: rules.check_may_contradict(v, LIVE),
    "contradict inside the network": lambda v: rules.check_may_contradict(v, INSIDE),
    "contradict a draft": lambda v: rules.check_may_contradict(v, DRAFT),
    "let somebody stand in": rules.check_may_delegate,
    "keep collections": rules.check_may_collect,
    "decide what an organisation uses": lambda v: rules.check_may_decide_use(v, 5),
    "rate": lambda v: rules.check_may_rate(v, LIVE),
    "rate inside the network": lambda v: rules.check_may_rate(v, INSIDE),
    "rate a draft": lambda v: rules.check_may_rate(v, DRAFT),
}
MEMBERS: Final = set(WHO) - {"visitor"}
EDITORS: Final = {"last editor", "editor", "admin"}
MAY: Final[dict[str, set[str]]] = {
    "nominate": MEMBERS - {"guest"},
    "draw on a thread": MEMBERS,
    "draw on a thread of the network": MEMBERS - {"guest"},
    "draw on a hidden thread": set(),
    "start": EDITORS,
    "edit": EDITORS,
    "write a draft": EDITORS,
    "write what is asked to change": EDITORS,
    "write what is in review": set(),
    "write what is published": set(),
    "send to somebody": EDITORS,
    "send to the last editor": set(),
    "send to who may not read it": set(),
    "take back": EDITORS,
    "take back a draft": set(),
    "comment": EDITORS | {"reviewer"},
    "comment on what is published": set(),
    "decide": {"reviewer", "editor", "admin"},
    "decide on a draft": set(),
    "correct": EDITORS,
    "correct a draft": set(),
    "correct a policy": set(),
    "make a policy of what is published": {"admin"},
    "make a published policy something else": {"admin"},
    "make a policy in review something else": set(),
    "make a draft in review a policy": set(),
    "verify": EDITORS | {"owner"},
    "verify a draft": set(),
    "verify inside the network": EDITORS | {"owner"},
    "adopt": MEMBERS - {"guest"},
    "adopt inside the network": MEMBERS - {"guest"},
    "adopt a draft": set(),
    "contradict": MEMBERS - {"guest"},
    "contradict inside the network": MEMBERS - {"guest"},
    "contradict a draft": set(),
    "let somebody stand in": MEMBERS,
    "keep collections": EDITORS,
    "decide what an organisation uses": {"moderator", "admin", "administrator of it"},
    "rate": set(WHO),
    "rate inside the network": MEMBERS - {"guest"},
    "rate a draft": set(),
}


def _may(act: Rule, who: Viewer) -> bool:
    try:
        act(who)
    except (Refused, Missing):
        return False
    return True


@pytest.mark.parametrize("act", ACTS)
def test_who_may(act: str) -> None:
    assert {name for name, who in WHO.items() if _may(ACTS[act], who)} == MAY[act]


@pytest.mark.parametrize("act", [act for act in ACTS if act != "rate" and not act.startswith("make ")])
def test_a_visitor_is_asked_to_sign_in_or_told_nothing(act: str) -> None:
    with pytest.raises((NotSignedIn, Missing)):
        ACTS[act](WHO["visitor"])


@pytest.mark.parametrize(
    ("article", "kind", "in_review"),
    [
        (LIVE, "guideline", True),
        (LIVE, "announcement", False),
        (POLICY, "policy", True),
        (POLICY_DRAFT, "answer", False),
        (DRAFT, "policy", False),
    ],
)
def test_kinds_that_take_as_many_approvals_and_drafts_change_freely(
    article: ArticleFacts, kind: str, in_review: bool
) -> None:
    rules.check_may_change_kind(WHO["editor"], article, kind, in_review)


def test_who_edited_last_decides_nothing_whatever_they_are() -> None:
    for grants in ((), (Grant("editor"),), (Grant("admin"),), (Grant("editor"), Grant("moderator"))):
        with pytest.raises(Refused):
            rules.check_may_decide(_viewer(LAST_EDITOR, *grants), DRAFT, _revision("in_review"))


SEEN: Final[dict[tuple[str, str], set[str]]] = {
    ("published", PUBLIC): set(WHO),
    ("obsolete", PUBLIC): set(WHO),
    ("published", NETWORK): set(WHO) - {"visitor", "guest"},
    ("published", "org:9"): {"owner", "author", "reviewer", "last editor", "moderator", "admin"},
    ("draft", PUBLIC): {"owner", "author", "reviewer", *EDITORS},
    ("draft", "org:9"): {"owner", "author", "reviewer", "last editor", "admin"},
    ("retired", PUBLIC): {"owner", "author", "reviewer", *EDITORS},
    ("archived", PUBLIC): {"owner", "author", "reviewer", *EDITORS},
}


@pytest.mark.parametrize(("state", "audience"), SEEN)
def test_who_sees_which_article(state: str, audience: str) -> None:
    found = {name for name, who in WHO.items() if rules.may_see(who, _article(state, audience))}
    assert found == SEEN[state, audience]


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("published", set(WHO)),
        ("superseded", set(WHO)),
        ("draft", {"owner", "author", "reviewer", *EDITORS}),
        ("in_review", {"owner", "author", "reviewer", *EDITORS}),
        ("rejected", {"owner", "author", "reviewer", *EDITORS}),
    ],
)
def test_who_sees_which_version_of_a_published_article(state: str, seen: set[str]) -> None:
    assert {name for name, who in WHO.items() if rules.may_see_revision(who, LIVE, _revision(state))} == seen


@pytest.mark.anyio
async def test_which_ones_agrees_with_this_one(database: str) -> None:
    """Every kind of viewer, asked about every kind of article, in SQL and in Python."""
    people = {id_: await make.member(id=id_) for id_ in (OWNER, AUTHOR, REVIEWER, LAST_EDITOR)}
    facts: dict[int, ArticleFacts] = {}
    states = ("draft", "published", "obsolete", "retired", "archived")
    for state, audience in product(states, (PUBLIC, NETWORK, "org:9", "staff")):
        at = people[OWNER].created_at
        made = await Article.create(
            title="One", slug="one", state=state, audience=audience, owner=people[OWNER], created_at=at, changed_at=at
        )
        revision = await ArticleRevision.create(
            article=made, number=1, title="One", author=people[AUTHOR], last_editor=people[LAST_EDITOR],
            created_at=at, changed_at=at,
        )  # fmt: skip
        await Review.create(revision=revision, reviewer=people[REVIEWER], asked_by=people[AUTHOR], created_at=at)
        facts[made.id] = ArticleFacts(
            id=made.id, state=state, audience=audience, owner_id=OWNER, people_ids=frozenset({AUTHOR, REVIEWER})
        )
    for name, who in WHO.items():
        visible = rules.visible_articles(who)
        found = {row["id"] for row in await rows(f"SELECT a.id FROM articles a WHERE {visible.sql}", *visible.values)}
        assert found == {id_ for id_, one in facts.items() if rules.may_see(who, one)}, name
