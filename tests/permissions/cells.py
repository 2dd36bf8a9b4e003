"""The table of permissions: a row for each action, a letter for each person, a request to a page and one to the API.

`may` is what the table of the specification says, in the order of people.WHO: + may, . may not. Where the site decides
otherwise, `differs` names the person and says why; both are held by the test, so nothing changes unnoticed. What has
no page, or no door for programs, says why. A new cell is a new row; what is not built yet stands in NOT_BUILT.
"""

from typing import Final

from tests.permissions.cells_of_organisations import ORGANISATIONS
from tests.permissions.cells_of_people import OWN, PEOPLE, SITE
from tests.permissions.rows import ROOT as _ROOT
from tests.permissions.rows import Action, Ask

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
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": _TEXT}),
    ),
    Action(
        "answer in a question that the guest asked", ". + + + + + + + + + + + +",
        Ask("POST", "/t/{asked}/answer", {"body": _TEXT}),
        Ask("POST", f"{_ROOT}/threads/{{asked}}/posts", {"body": _TEXT}),
    ),
    Action(
        "accept a solution of a question that the guest asked", ". + . . . . . . . . . + +",
        Ask("POST", "/t/{asked}/posts/2/accept"), Ask("POST", f"{_ROOT}/threads/{{asked}}/posts/2/accept"),
    ),
    Action(
        "start a discussion", ". . + + + + + + + + + + +", Ask("POST", "/ask/discussion", _QUESTION),
        Ask("POST", f"{_ROOT}/threads", _QUESTION | {"kind": "discussion"}),
    ),
    Action(
        "announce", ". . . . . . . + + + + + +", Ask("POST", "/ask/announcement", _QUESTION),
        Ask("POST", f"{_ROOT}/threads", _QUESTION | {"kind": "announcement"}),
    ),
    Action(
        "comment", ". . + + + + + + + + + + +", Ask("POST", "/t/{open}/answer", {"body": _TEXT, "parent": "2"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": _TEXT, "parent": 2}),
    ),
    Action(
        "quote", ". . + + + + + + + + + + +",
        Ask("POST", "/t/{open}/answer", {"body": f"> We did it like this\n\n{_TEXT}"}),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts", {"body": f"> We did it like this\n\n{_TEXT}"}),
    ),
    Action(
        "vote", ". . + + + + + + + + + + +", Ask("POST", "/t/{open}/posts/2/vote"),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts/2/vote"),
    ),
    Action(
        "say that a post is not useful", ". . + + + + + + + + + + +",
        Ask("POST", "/t/{open}/posts/2/doubt", {"reason": "wrong"}),
        Ask("PUT", f"{_ROOT}/threads/{{open}}/posts/2/doubt", {"reason": "wrong"}),
    ),
    Action(
        "say whether a practice helped", "+ + + + + + + + + + + + +",
        Ask("POST", "/kb/{practice}/helpful", {"helpful": "yes"}),
        Ask("PUT", f"{_ROOT}/articles/{{practice}}/helpful", {"helpful": True}),
    ),
    Action(
        "write without one's name", ". . + + + + + + + + + + +",
        Ask("POST", "/ask/question", _QUESTION | {"written_as": "mask"}),
        Ask("POST", f"{_ROOT}/threads", _QUESTION | {"kind": "question", "written_as": "mask"}),
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
    ),
    Action(
        "name a case that contradicts a practice", ". . + + + + + + + + + + +",
        Ask("POST", "/kb/{practice}/contradict", {"thread": "/t/{case}", "why": "It came out differently."}),
        Ask(
            "POST", f"{_ROOT}/articles/{{practice}}/contradictions",
            {"thread": "/t/{case}", "why": "It came out differently."},
        ),
    ),
    Action(
        "accept a solution", ". . . + . . . + . . . + +", Ask("POST", "/t/{open}/posts/2/accept"),
        Ask("POST", f"{_ROOT}/threads/{{open}}/posts/2/accept"),
    ),
    Action(
        "edit the page of a tag", ". . . . + . . + . + + + +",
        Ask("POST", "/topics/{tag}/edit", {"name": "moderation"}),
        Ask("PUT", f"{_ROOT}/tags/{{tag}}", {"name": "moderation"}),
    ),
    Action(
        "share a case study", ". . + + + + + + + + + + +", Ask("POST", "/ask/case-study", _CASE),
        Ask("POST", f"{_ROOT}/threads", _CASE_DATA),
    ),
    Action(
        "nominate a thread", ". . + + + + + + + + + + +", Ask("POST", "/kb/nominate/{open}", {"why": "It is good."}),
        Ask("PUT", f"{_ROOT}/threads/{{open}}/nomination", {"why": "It is good enough."}),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A
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
    Action(
        "read what was looked for in vain", ". . . . . . . . . + + . +", Ask("GET", "/search/gaps"),
        Ask("GET", f"{_ROOT}/search/gaps"),
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
)  # fmt: skip
ACTIONS: Final = (*READING, *WRITING, *ORGANISATIONS, *KNOWLEDGE, *ORDER, *PEOPLE, *OWN, *SITE)
NOT_BUILT: Final = {
    "flag a post": "there are no flags yet",
    "hold what guests ask for review": "there is no queue of posts yet: what guests ask is published at once, slowly",
    "read what is for a group": "there are no groups yet",
    "create a tag by using it (T2)": "words that are no topic yet are told near ones; held by tests/forum/test_ask.py",
    "suggest an edit of a post": "there are suggestions for practices only",
    "approve organisation sign-off": "an organisation can say that it wants to; what its people write is not held yet",
    "create an event": "there are no events yet",
    "edit within one's own collections only": "editors hold their role for the whole site so far",
    "redirect a practice": "an obsolete practice names the one that follows; nothing is redirected by hand",
    "quarantine by privacy flag": "there are no flags yet",
    "redact, purge with a second person": "nothing is purged by hand yet",
    "warn a member, as leader": "there is suspension only, by moderators",
    "lead a language": "community leaders lead regions so far",
    "see the e-mail of others on a case, as moderator": "there are no cases of moderation yet: they see none",
    "see the address on the network (IP) of others": "it stands with one's own sign-ins, and on nobody else's pages",
    "see one's own part of the journal": "it is in the copy of one's own data; there is no page of it",
    "download another's data": "no address leads to it: a copy is asked for, and fetched, by who is signed in",
    "analytics of a person, an organisation, a region": "there are figures of the knowledge base, and regional desks",
    "import, export, back up the site": "done on the server by command, never over the web",
    "export a collection": "there is no export of a collection yet",
}
