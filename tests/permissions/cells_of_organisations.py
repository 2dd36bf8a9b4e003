"""Rows of the table of permissions about organisations and regions: who belongs, what they say, who decides."""

from typing import Final

from tests.permissions.rows import ROOT as _ROOT
from tests.permissions.rows import Action, Ask

_HOME = "/organisations/{home_slug}"
_CONSOLE = f"{_HOME}/console"
_DOOR = f"{_ROOT}{_CONSOLE}"
_ASKS, _COLLEAGUE = "/people/{asks}", "/people/{colleague}"
_WHY = {"reason": "Because of this."}

#     V G M W S O X L F E 2 K A: the first letters of WHO; X is the other administrator, F the far leader, 2 the second
#     editor, K the moderator. Home Hospital is meant, in Europe, where it is not said otherwise.
_PEOPLE: Final = (
    Action(
        "invite colleagues", ". . . . + + . + . . . + +",
        Ask("POST", f"{_HOME}/invitations/one", {"email": "new@example.org", "outside": "yes"}),
        Ask("POST", f"{_ROOT}{_HOME}/invitations", {"email": "new@example.org", "outside": True}),
    ),
    Action(
        "invite another administrator of the organisation", ". . . . . + . . . . . + +",
        Ask("POST", f"{_HOME}/invitations/one", {"email": "new@example.org", "outside": "yes", "role": "org_admin"}),
        Ask("POST", f"{_ROOT}{_HOME}/invitations", {"email": "new@example.org", "outside": True, "role": "org_admin"}),
    ),
    Action(
        "invite a list of people", ". . . . . + . + . . . + +",
        Ask("POST", f"{_HOME}/invitations/list/send", {"lines": "new@example.org"}),
        Ask("POST", f"{_ROOT}{_HOME}/invitations/list", {"lines": "new@example.org"}),
    ),
    Action(
        "see the console", ". . . . . + . + . . . + +", Ask("GET", _CONSOLE), Ask("GET", _DOOR),
    ),
    Action(
        "let in who asks to belong", ". . . . . + . + . . . + +",
        Ask("POST", f"{_CONSOLE}{_ASKS}/let-in"), Ask("POST", f"{_DOOR}{_ASKS}/let-in"),
    ),
    Action(
        "let in who asks to belong, from the page of invitations", ". . . . . + . + . . . + +",
        Ask("POST", f"{_HOME}/invitations/let-in", {"member": "{asks}"}), "the door for programs is the row's above",
    ),
    Action(
        "decline who asks to belong", ". . . . . + . + . . . + +",
        Ask("POST", f"{_CONSOLE}{_ASKS}/decline", {"words": "No."}),
        Ask("POST", f"{_DOOR}{_ASKS}/decline", {"words": "No."}),
    ),
    Action(
        "place somebody who never asked", ". . . . . . . + . . . + +",
        Ask("POST", "/admin/people/{person}/place", {"organisation": "{home}", "at": "staff"}),
        Ask("POST", f"{_ROOT}/admin/people/{{person}}/places", {"organisation": "{home}"}),
        {"leader/page": "the page is that of moderators about one person; leaders invite, or let in who asks"},
    ),
    Action(
        "remove a leaver", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}{_COLLEAGUE}/remove"), Ask("POST", f"{_DOOR}{_COLLEAGUE}/remove", {}),
    ),
    Action(
        "leave the own organisation by oneself", ". . + + + + . . . . . . .",
        Ask("POST", "/settings/organisations/{home}/leave"), Ask("DELETE", f"{_ROOT}/me/organisations/{{home}}"),
    ),
    Action(
        "suspend somebody within the organisation", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}{_COLLEAGUE}/pause", _WHY), Ask("POST", f"{_DOOR}{_COLLEAGUE}/pause", _WHY),
    ),
    Action(
        "make an administrator of the organisation", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}{_COLLEAGUE}/make-admin"), Ask("POST", f"{_DOOR}{_COLLEAGUE}/administrator"),
    ),
    Action(
        "hand over one's own role in the organisation", ". . . . . + . . . . . . .",
        Ask("POST", f"{_CONSOLE}{_COLLEAGUE}/transfer"), Ask("POST", f"{_DOOR}{_COLLEAGUE}/transfer"),
    ),
    Action(
        "see the e-mail address of the own staff", ". . . . . + . . . . . . +",
        Ask("GET", f"{_CONSOLE}/people", shows="colleague-address@home.example"),
        Ask("GET", f"{_DOOR}/people", shows="colleague-address@home.example"),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A
_WHAT_IT_SAYS: Final = (
    Action(
        "edit the profile of the organisation", ". . . . . + . + . . . + +",
        Ask("POST", f"{_HOME}/edit", {"about": "We are good."}),
        Ask("PUT", f"{_ROOT}{_HOME}", {"about": "We are good."}),
    ),
    Action(
        "keep the logo of the organisation", ". . . . . + . + . . . + +",
        Ask("POST", f"{_HOME}/logo/remove"), Ask("DELETE", f"{_ROOT}{_HOME}/logo"),
    ),
    Action(
        "keep the platform ledger", ". . . . . + . + . . . + +",
        Ask("POST", f"{_HOME}/platforms", {"platform": "{platform}", "status": "using"}),
        Ask("POST", f"{_ROOT}{_HOME}/platforms", {"platform": "{platform}", "status": "using"}),
    ),
    Action(
        "propose a change of the profile or the ledger", ". . + + + . . . . . . . .",
        Ask("POST", f"{_HOME}/propose", {"what": "Please say that we are many."}),
        Ask("POST", f"{_ROOT}{_HOME}/proposals", {"what": "Please say that we are many."}),
    ),
    Action(
        "decide about what staff proposed", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}/proposals/{{proposal}}", {"verdict": "declined"}),
        Ask("POST", f"{_DOOR}/proposals/{{proposal}}", {"verdict": "declined"}),
    ),
    Action(
        "claim a mail domain", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}/domains", {"domain": "other.example"}),
        Ask("POST", f"{_DOOR}/domains", {"domain": "other.example"}),
    ),
    Action(
        "confirm a mail domain by hand", ". . . . . . . . . . . . +",
        Ask("POST", f"{_CONSOLE}/domains/{{claim}}/confirm"), Ask("POST", f"{_DOOR}/domains/{{claim}}/confirm"),
    ),
    Action(
        "keep the policies of the organisation", ". . . . . + . . . . . + +",
        Ask("POST", f"{_CONSOLE}/settings", {"signoff": "notify"}),
        Ask("PUT", f"{_DOOR}/policies", {"signoff": "notify"}),
    ),
    Action(
        "read the journal of the organisation", ". . . . . + . + . . . + +",
        Ask("GET", f"{_CONSOLE}/journal"), Ask("GET", f"{_DOOR}/journal"),
    ),
    Action(
        "export the organisation", ". . . . . + . . . . . . +",
        Ask("POST", f"{_CONSOLE}/everything"), Ask("POST", f"{_DOOR}/everything"),
    ),
    Action(
        "say what the own organisation does with a practice", ". . + + + + + + + . . + +",
        Ask("POST", "/kb/{practice}/adopt", {"state": "trying"}),
        Ask("PUT", f"{_ROOT}/articles/{{practice}}/adoption", {"state": "trying"}),
        {
            "moderator": "of an own organisation only, and this one has none; of others they decide what is proposed",
            "admin": "of an own organisation only, and this one has none; of others they decide what is proposed",
        },
    ),
    Action(
        "decide what is recorded of its practices", ". . . . . + . . . . . + +",
        Ask("POST", "/kb/{practice}/adoptions/{use}", {"do": "record"}),
        Ask("POST", f"{_ROOT}/articles/{{practice}}/adoptions/{{use}}/accept"),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A: what asks to join is in Europe.
_JOINING: Final = (
    Action(
        "ask that one's organisation joins", ". + + + + + + + + + + + +",
        Ask("POST", "/join/organisation", {"name": "A Clinic", "country": "NL", "why": "We would like to learn more."}),
        Ask(
            "POST", f"{_ROOT}/organisation-requests",
            {"name": "A Clinic", "country": "NL", "why": "We would like to learn more."},
        ),
    ),
    Action(
        "approve a new organisation", ". . . . . . . + . . . + +",
        Ask("POST", "/organisation-requests/{request}/approve", {"kind": "member"}),
        Ask("POST", f"{_ROOT}/organisation-requests/{{request}}/approve", {"kind": "member"}),
    ),
    Action(
        "decline a new organisation", ". . . . . . . + . . . + +",
        Ask("POST", "/organisation-requests/{request}/decline", {"words": "We do not know you."}),
        Ask("POST", f"{_ROOT}/organisation-requests/{{request}}/decline", {"words": "We do not know you."}),
    ),
    Action(
        "add an organisation nobody asked for", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/organisations/new", {"name": "New Hospital"}),
        Ask("POST", f"{_ROOT}/admin/organisations", {"name": "New Hospital"}),
    ),
    Action(
        "see the desk of a region", ". . . . . . . + . . . + +",
        Ask("GET", "/regions/{region}/desk"), Ask("GET", f"{_ROOT}/regions/{{region}}/desk"),
    ),
    Action(
        "look for members who can help with a question", ". . . . . . . + . . . + +",
        Ask("GET", "/t/{unanswered}/people"), Ask("GET", f"{_ROOT}/threads/{{unanswered}}/people"),
    ),
)  # fmt: skip
ORGANISATIONS: Final = (*_PEOPLE, *_WHAT_IT_SAYS, *_JOINING)
