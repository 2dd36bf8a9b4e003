"""The table of permissions: a row for each action, a letter for each person, a request to a page and one to the API.

`may` is what the table of the specification says, in the order of people.WHO: + may, . may not. Where the site decides
otherwise, `differs` names the person and says why; both are held by the test, so nothing changes unnoticed. What has
no page, or no door for programs, says why. A new cell is a new row; what is not built yet stands in NOT_BUILT.
"""

from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True)
class Ask:
    """A request; `shows` is what an allowed answer has in it, and no other. `by` is how programs prove who they are."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    shows: str = ""
    by: str = "token"


@dataclass(frozen=True)
class Action:
    """What somebody may do, and who."""

    name: str
    may: str
    page: Ask | str
    api: Ask | str
    differs: dict[str, str] = field(default_factory=dict)


_GUESTS = "guests write here like members, more slowly: nothing is held for review, there is no queue of posts"
_ROOT = "/api/v1"
_TEXT = "Long enough to be a text of some use to others."
_QUESTION = {"title": "A question of some length?", "body": "A text that is long enough to be a question."}
_CASE = {
    "title": "Reminders by text message", "summary": _TEXT, "problem": _TEXT, "what_we_did": _TEXT,
    "direction": "worked", "lessons": _TEXT, "sponsored": "no", "vendor_tie": "no",
}  # fmt: skip
_CASE_DATA = _CASE | {"kind": "case_study", "sponsored": False, "vendor_tie": False}
_STEP = {"section": "steps", "text": "1. Another step.", "why": "It is simpler so."}

#     V G M W S O X L F E 2 K A: the first letters of WHO; X is the other administrator, F the far leader, 2 the second
#     editor, K the moderator.
READING: Final = (
    Action(
        "read what is public", "+ + + + + + + + + + + + +",
        Ask("GET", "/t/{open}-how-do-you-answer-reviews", shows="How do you answer reviews"),
        Ask("GET", f"{_ROOT}/threads/{{open}}", shows="How do you answer reviews"),
    ),
    Action(
        "read what is for the network", ". . + + + + + + + + + + +",
        Ask("GET", "/t/{network}-for-the-network", shows="For the network"),
        Ask("GET", f"{_ROOT}/threads/{{network}}", shows="For the network"),
    ),
    Action(
        "read what is for one organisation", ". . + + + + . . . . . + +",
        Ask("GET", "/t/{inside}-for-home-hospital", shows="For Home Hospital"),
        Ask("GET", f"{_ROOT}/threads/{{inside}}", shows="For Home Hospital"),
    ),
    Action(
        "see in lists what is for the network", ". . + + + + + + + + + + +",
        Ask("GET", "/questions", shows="For the network"), Ask("GET", f"{_ROOT}/threads", shows="For the network"),
    ),
    Action(
        "read feeds", "+ + + + + + + + + + + + +", Ask("GET", "/feeds/questions.atom", shows="How do you answer"),
        Ask("GET", "/feeds/questions.atom", shows="How do you answer"),
    ),
    Action(
        "find what is for the network", ". . + + + + + + + + + + +",
        Ask("GET", "/search?q=network", shows="/t/{network}"),
        Ask("GET", f"{_ROOT}/search?q=network", shows="/t/{network}"),
    ),
    Action(
        "find what is public", "+ + + + + + + + + + + + +",
        Ask("GET", "/search?q=reviews", shows="/t/{open}"), Ask("GET", f"{_ROOT}/search?q=reviews", shows="/t/{open}"),
    ),
)  # fmt: skip
WRITING: Final = (
    Action(
        "ask", ". + + + + + + + + + + + +", Ask("POST", "/ask/question", _QUESTION),
        Ask("POST", f"{_ROOT}/threads", _QUESTION | {"kind": "question"}),
    ),
    Action(
        "answer", ". . + + + + + + + + + + +", Ask("POST", "/t/{open}/answer", {"body": _TEXT}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": _TEXT}), {"guest": _GUESTS},
    ),
    Action(
        "comment", ". . + + + + + + + + + + +", Ask("POST", "/t/{open}/answer", {"body": _TEXT, "parent": "2"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": _TEXT, "parent": 2}), {"guest": _GUESTS},
    ),
    Action(
        "quote", ". . + + + + + + + + + + +",
        Ask("POST", "/t/{open}/answer", {"body": f"> We did it like this\n\n{_TEXT}"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": f"> We did it like this\n\n{_TEXT}"}),
        {"guest": _GUESTS},
    ),
    Action(
        "vote", ". . + + + + + + + + + + +", Ask("POST", "/t/{open}/posts/2/vote"),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts/2/vote"), {"guest": _GUESTS},
    ),
    Action(
        "write without one's name", ". . + + + + + + + + + + +",
        Ask("POST", "/ask/question", _QUESTION | {"written_as": "mask"}),
        Ask("POST", f"{_ROOT}/threads", _QUESTION | {"kind": "question", "written_as": "mask"}),
        {"guest": "for readers outside of the network a guest may: nothing of theirs is shown"},
    ),
    Action(
        "edit one's own post within a day", ". . . + . . . + . . . + +",
        Ask("POST", "/t/{open}/posts/3/edit", {"body": _TEXT, "revision": "1"}),
        Ask("PATCH", f"{_ROOT}/threads/{{open}}/posts/3", {"body": _TEXT, "revision": "1"}),
    ),
    Action(
        "edit one's own post after a day", ". . . . . . . + . . . + +",
        Ask("POST", "/t/{open}/posts/{old}/edit", {"body": _TEXT, "revision": "1"}),
        Ask("PATCH", f"{_ROOT}/threads/{{open}}/posts/{{old}}", {"body": _TEXT, "revision": "1"}),
    ),
    Action(
        "edit one's own post after a day, seasoned", ". . . . + . . + . . . + +",
        Ask("POST", "/t/{open}/posts/{aged}/edit", {"body": _TEXT, "revision": "1"}),
        Ask("PATCH", f"{_ROOT}/threads/{{open}}/posts/{{aged}}", {"body": _TEXT, "revision": "1"}),
    ),
    Action(
        "delete one's own post", ". . . + . . . + . . . + +", Ask("POST", "/t/{open}/posts/3/delete"),
        Ask("DELETE", f"{_ROOT}/threads/{{open}}/posts/3"),
    ),
    Action(
        "delete one's own post with replies", ". . . . . . . + . . . + +", Ask("POST", "/t/{open}/posts/4/delete"),
        Ask("DELETE", f"{_ROOT}/threads/{{open}}/posts/4"),
    ),
    Action(
        "suggest a change of a practice", ". . + + + + + + + + + + +",
        Ask("POST", "/kb/{practice}/suggest", _STEP), Ask("POST", f"{_ROOT}/articles/{{practice}}/suggestions", _STEP),
        {"guest": "suggestions are read by an editor before anything changes"},
    ),
    Action(
        "accept a solution", ". . . + . . . + . . . + +", Ask("POST", "/t/{open}/posts/2/accept"),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts/2/accept"),
    ),
    Action(
        "edit the page of a tag", ". . . . + . . + . + + + +",
        Ask("POST", "/topics/{tag}/edit", {"name": "moderation"}),
        Ask("PUT", f"{_ROOT}/tags/{{tag}}", {"name": "moderation"}),
        {"far_leader": "topics have no region: any leader describes them"},
    ),
    Action(
        "share a case study", ". . + + + + + + + + + + +", Ask("POST", "/ask/case-study", _CASE),
        Ask("POST", f"{_ROOT}/threads", _CASE_DATA), {"guest": _GUESTS},
    ),
    Action(
        "nominate a thread", ". . + + + + + + + + + + +", Ask("POST", "/kb/nominate/{open}", {"why": "It is good."}),
        Ask("PUT", f"{_ROOT}/threads/{{open}}/nomination", {"why": "It is good enough."}),
        {"guest": "a nomination is a hint to editors, and shows nothing"},
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A
ORGANISATIONS: Final = (
    Action(
        "invite colleagues", ". . . . + + . + . . . + +",
        Ask("POST", "/organisations/{home_slug}/invitations/one", {"email": "new@example.org", "outside": "yes"}),
        Ask("POST", f"{_ROOT}/organisations/{{home_slug}}/invitations", {"email": "new@example.org", "outside": True}),
    ),
    Action(
        "let somebody into the organisation", ". . . . . + . + . . . + +",
        Ask("POST", "/organisations/{home_slug}/invitations/let-in", {"member": "{asks}"}),
        "the door for programs is the next row's",
    ),
    Action(
        "place somebody in the organisation", ". . . . . + . + . . . + +",
        Ask("POST", "/admin/people/{person}/place", {"organisation": "{home}", "at": "staff"}),
        "compared below: its page is one of the administration",
        dict.fromkeys(("org_admin", "leader", "moderator"), "the page is one of the administration; see the row above"),
    ),
    Action(
        "place somebody in the organisation, as a program", ". . . . . + . + . . . + +",
        "compared above: its page is one of the administration",
        Ask("POST", f"{_ROOT}/admin/people/{{person}}/places", {"organisation": "{home}"}),
    ),
    Action(
        "edit the profile of the organisation", ". . . . . + . + . . . + +",
        Ask("POST", "/organisations/{home_slug}/edit", {"about": "We are good."}),
        Ask("PUT", f"{_ROOT}/organisations/{{home_slug}}", {"about": "We are good."}),
        {"leader": "leaders help with the ledger; what an organisation says of itself is its own"},
    ),
    Action(
        "keep the platform ledger", ". . . . . + . + . . . + +",
        Ask("POST", "/organisations/{home_slug}/platforms", {"platform": "{platform}", "status": "using"}),
        Ask("POST", f"{_ROOT}/organisations/{{home_slug}}/platforms", {"platform": "{platform}", "status": "using"}),
    ),
    Action(
        "say what the own organisation does with a practice", ". . + + + + + + + . . + +",
        Ask("POST", "/kb/{practice}/adopt", {"state": "trying"}),
        Ask("PUT", f"{_ROOT}/articles/{{practice}}/adoption", {"state": "trying"}),
        {
            "moderator": "of an own organisation only, and this one has none; proposals of others are decided by them",
            "admin": "of an own organisation only, and this one has none; proposals of others are decided by them",
        },
    ),
    Action(
        "approve a new organisation", ". . . . . . . + . . . + +",
        Ask("POST", "/admin/organisations/{pending}", {"name": "Pending Hospital", "state": "active"}),
        Ask("PUT", f"{_ROOT}/admin/organisations/{{pending}}", {"name": "Pending Hospital", "state": "active"}),
        {
            "leader": "adding and opening organisations is the administrators' alone",
            "moderator": "adding and opening organisations is the administrators' alone",
        },
    ),
)  # fmt: skip
KNOWLEDGE: Final = (
    Action(
        "begin a practice", ". . . . . . . . . + + . +", Ask("POST", "/kb/new", {"title": "A new practice"}),
        Ask("POST", f"{_ROOT}/articles", {"title": "A new practice"}),
    ),
    Action(
        "edit the draft of a practice", ". . . . . . . . . + + . +",
        Ask("POST", "/kb/{draft}/edit", {"do": "save", "edits": "1", "title": "Another title"}),
        Ask("PATCH", f"{_ROOT}/articles/{{draft}}/draft", {"edits": 1, "title": "Another title"}),
    ),
    Action(
        "approve and publish a practice", ". . . . . . . . . . + . +",
        Ask("POST", "/kb/{review}/decide", {"decision": "approved"}),
        Ask("POST", f"{_ROOT}/articles/{{review}}/review", {"decision": "approved"}),
    ),
    Action(
        "approve a practice as the member who was asked", ". . + . . . . . . . + . +",
        Ask("POST", "/kb/{assigned}/decide", {"decision": "approved"}),
        Ask("POST", f"{_ROOT}/articles/{{assigned}}/review", {"decision": "approved"}),
    ),
    Action(
        "call a practice obsolete", ". . . . . . . . . + + . +",
        Ask("POST", "/kb/{practice}/retire", {"state": "obsolete", "reason": "It is no longer so."}),
        Ask("POST", f"{_ROOT}/articles/{{practice}}/obsolete", {"reason": "It is no longer so."}),
    ),
    Action(
        "set the grade of evidence", ". . . . . . . . . + + . +",
        Ask("POST", "/t/{case}/evidence", {"grade": "E4", "why": "Nothing was measured.", "seen": ""}),
        Ask("PUT", f"{_ROOT}/threads/{{case}}/evidence", {"grade": "E4", "why": "Nothing was measured."}),
    ),
    Action(
        "verify a practice, which the writer owns", ". . . + . . . . . + + . +",
        Ask("POST", "/kb/{owned}/verify", {"checked": "yes"}),
        Ask("POST", f"{_ROOT}/articles/{{owned}}/verify", {"checked": True}),
    ),
    Action(
        "read how the knowledge is doing", ". . . . . . . . . + + . +", Ask("GET", "/desk/health"),
        Ask("GET", f"{_ROOT}/desk/health"),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A
ORDER: Final = (
    Action(
        "hide a post of others", ". . . . . . . + . . . + +", Ask("POST", "/t/{open}/posts/2/delete"),
        Ask("DELETE", f"{_ROOT}/threads/{{open}}/posts/2"),
    ),
    Action(
        "lock a thread", ". . . . . . . + . . . + +", Ask("POST", "/t/{open}/lock"),
        Ask("POST", f"{_ROOT}/threads/{{open}}/lock"),
    ),
    Action(
        "move a thread", ". . . . . . . + . . . + +",
        Ask("POST", "/t/{open}/move", {"audience": "network", "sure": "network"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/move", {"audience": "network"}),
    ),
    Action(
        "merge threads", ". . . . . . . + . . . + +", Ask("POST", "/t/{open}/merge", {"into": "{second_thread}"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/merge", {"into": "{second_thread}"}),
    ),
    Action(
        "close a thread", ". . . + . . . + . . . + +", Ask("POST", "/t/{open}/close", {"reason": "needs_details"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/close", {"reason": "needs_details"}),
    ),
    Action(
        "see the queue of pictures", ". . . . . . . + . . . + +", Ask("GET", "/moderate/uploads"),
        Ask("GET", f"{_ROOT}/moderation/uploads"),
        {"leader": "pictures wait in one queue for the whole site, which only moderators see"},
    ),
    Action(
        "ask who is behind a mask", ". . . . . . . . . . . + +",
        Ask("POST", "/t/{unasked}/posts/1/unmask", {"reason": "It threatens a colleague of mine."}),
        Ask("POST", f"{_ROOT}/threads/{{unasked}}/posts/1/unmask", {"reason": "It threatens a colleague of mine."}),
    ),
    Action(
        "decide whether a mask is lifted", ". . . . . . . . . . . . +",
        Ask("POST", "/moderate/masks/{unmasking}/decide", {"decision": "refused"}),
        Ask("POST", f"{_ROOT}/unmaskings/{{unmasking}}/decision", {"decision": "refused"}),
    ),
    Action(
        "suspend a member", ". . . . . . . . . . . + +",
        Ask("POST", "/admin/people/{person}/suspend", {"reason": "Because of this."}),
        "compared below: its page is one of the administration",
        {"moderator": "the page is the administration's; moderators suspend by the door for programs"},
    ),
    Action(
        "suspend a member, as a program", ". . . . . . . . . . . + +",
        "compared above: its page is one of the administration",
        Ask("POST", f"{_ROOT}/admin/people/{{person}}/suspension", {"reason": "Because of this."}),
    ),
    Action(
        "decide by hand how far somebody is trusted", ". . . . . . . . . . . + +",
        Ask("POST", "/admin/people/{person}/hold-trust", {"level": "2", "because": "Because of this."}),
        "compared below: its page is one of the administration",
        {"moderator": "the page is the administration's; moderators decide by the door for programs"},
    ),
    Action(
        "decide by hand how far somebody is trusted, as a program", ". . . . . . . . . . . + +",
        "compared above: its page is one of the administration",
        Ask("PUT", f"{_ROOT}/admin/people/{{person}}/trust", {"level": 2, "reason": "Because of this."}),
    ),
    Action(
        "see the e-mail address of others", ". . . . . . . . . . . . +",
        Ask("GET", "/admin/people/{person}", shows="target-address@example.org"),
        Ask("GET", f"{_ROOT}/admin/people/{{person}}", shows="target-address@example.org"),
    ),
    Action(
        "see the e-mail address of others on their page", ". . . . . . . . . . . . .",
        Ask("GET", "/people/target", shows="target-address@example.org"),
        Ask("GET", f"{_ROOT}/people/target", shows="target-address@example.org"),
    ),
)  # fmt: skip
SITE: Final = (
    Action(
        "read the journal", ". . . . . . . . . . . + +", Ask("GET", "/admin/journal"), "there is no door for programs",
        {"moderator": "the journal is read by administrators: it tells of what all people did"},
    ),
    Action(
        "change settings", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/settings/site", {"site_name": "Another name"}),
        "there is no door for programs: a leaked token must not change the site",
    ),
    Action(
        "give roles", ". . . . . . . . . . . . +", Ask("POST", "/admin/people/{person}/grant", {"role": "editor"}),
        Ask("POST", f"{_ROOT}/admin/people/{{person}}/roles", {"role": "editor"}),
    ),
    Action(
        "make a token of one's own", ". + + + + + + + + + + + +", Ask("POST", "/settings/tokens", {"name": "mine"}),
        Ask("POST", f"{_ROOT}/me/tokens", {"name": "mine"}, by="session"),
    ),
    Action(
        "use a token with one's own rights", ". + + + + + + + + + + + +", Ask("GET", "/settings/tokens"),
        Ask("GET", f"{_ROOT}/me"),
    ),
    Action(
        "make a token with a token", ". . . . . . . . . . . . .", "pages take a sign-in, no token",
        Ask("POST", f"{_ROOT}/me/tokens", {"name": "another"}),
    ),
)  # fmt: skip
ACTIONS: Final = (*READING, *WRITING, *ORGANISATIONS, *KNOWLEDGE, *ORDER, *SITE)
NOT_BUILT: Final = {
    "flag a post": "there are no flags yet",
    "hold what guests ask for review": "there is no queue of posts yet",
    "read what is for a group": "there are no groups yet",
    "create a tag by using it (T2)": "words that are no topic yet are told near ones; held by tests/forum/test_ask.py",
    "suggest an edit of a post": "there are suggestions for practices only",
    "approve organisation sign-off": "organisations cannot ask to sign off what their people write yet",
    "propose a change of an organisation's profile": "there are no proposals for profiles yet",
    "create an event": "there are no events yet",
    "edit within one's own collections only": "editors hold their role for the whole site so far",
    "redirect a practice": "an obsolete practice names the one that follows; nothing is redirected by hand",
    "quarantine by privacy flag": "there are no flags yet",
    "redact, purge with a second person": "nothing is purged by hand yet",
    "warn a member": "there is suspension only",
    "see the e-mail of the own staff as organisation administrator": "there is no list of its accounts yet",
    "see the e-mail of others on a case, as moderator": "there are no cases of moderation yet",
    "see one's own part of the journal, or the organisation's": "the journal is shown to administrators only",
    "analytics of a person, an organisation, a region": "there are figures of the knowledge base only",
    "import, export, back up the site": "done on the server by command, never over the web",
    "export an organisation or a collection": "there is no export of a part yet",
}
