"""Rows of the table of permissions about people: what others decide about them, what is their own, and the site."""

from typing import Final

from tests.permissions.rows import ROOT as _ROOT
from tests.permissions.rows import Action, Ask

_ONE = "/admin/people/{person}"
_WHY = {"reason": "Because of this."}
_LETTER = {"subject": "A question", "text": "May I ask you?"}
_TERMS = {"document": "terms", "title": "Our terms", "text": "We keep what you write, and nothing more."}
_CLINIC = {"name": "Another Clinic", "issuer": "https://id.example", "client_id": "x"}

#     V G M W S O X L F E 2 K A: the first letters of WHO; X is the other administrator, F the far leader, 2 the second
#     editor, K the moderator.
PEOPLE: Final = (
    Action(
        "see the directory of people", ". . + + + + + + + + + + +",
        Ask("GET", "/people", shows="/people/target"), Ask("GET", f"{_ROOT}/people", shows="target"),
    ),
    Action(
        "see the directory of organisations", "+ + + + + + + + + + + + +",
        Ask("GET", "/organisations", shows="Home Hospital"),
        Ask("GET", f"{_ROOT}/organisations", shows="Home Hospital"),
    ),
    Action(
        "see who uses what", "+ + + + + + + + + + + + +",
        Ask("GET", "/who-uses-what", shows="Home Hospital"),
        Ask("GET", f"{_ROOT}/platform-uses", shows="Home Hospital"),
    ),
    Action(
        "see which organisations are like one's own", ". . + + + + + + + . . . .",
        Ask("GET", "/organisations?like=ours", shows="Also a hospital"),
        Ask("GET", f"{_ROOT}/organisations?like=ours", shows='"size":"same"'),
    ),
    Action(
        "write a letter to a member", ". . + + + + + + + + + + +",
        Ask("POST", "/people/target/write", _LETTER), Ask("POST", f"{_ROOT}/people/target/letters", _LETTER),
    ),
    Action(
        "see what is decided about a member", ". . . . . . . . . . . + +",
        Ask("GET", _ONE, shows="Target"), Ask("GET", f"{_ROOT}{_ONE}", shows="Target"),
    ),
    Action(
        "suspend a member", ". . . . . . . . . . . + +",
        Ask("POST", f"{_ONE}/suspend", _WHY), Ask("POST", f"{_ROOT}{_ONE}/suspension", _WHY),
    ),
    Action(
        "decide by hand how far somebody is trusted", ". . . . . . . . . . . + +",
        Ask("POST", f"{_ONE}/hold-trust", {"level": "2", "because": "Because of this."}),
        Ask("PUT", f"{_ROOT}{_ONE}/trust", {"level": 2, **_WHY}),
    ),
    Action(
        "see the list of all accounts", ". . . . . . . . . . . . +",
        Ask("GET", "/admin/people", shows="target"), Ask("GET", f"{_ROOT}/admin/people", shows="target"),
    ),
    Action(
        "see the e-mail address of others", ". . . . . . . . . . . . +",
        Ask("GET", _ONE, shows="target-address@example.org"),
        Ask("GET", f"{_ROOT}{_ONE}", shows="target-address@example.org"),
    ),
    Action(
        "see the e-mail address of others on their page", ". . . . . . . . . . . . .",
        Ask("GET", "/people/target", shows="target-address@example.org"),
        Ask("GET", f"{_ROOT}/people/target", shows="target-address@example.org"),
    ),
    Action(
        "hand an imported account over", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/people/{staged}/invite", {"email": "imported@example.org"}),
        Ask("POST", f"{_ROOT}/admin/people/{{staged}}/invitation", {"email": "imported@example.org"}),
    ),
    Action(
        "erase somebody else", ". . . . . . . . . . . . +",
        Ask("POST", f"{_ONE}/erase", {"kind": "erase", "asked": "Because of this."}),
        Ask("POST", f"{_ROOT}{_ONE}/erase", {"kind": "erase", **_WHY}, by="session"),
    ),
    Action(
        "erase another administrator", ". . . . . . . . . . . . .",
        Ask("POST", "/admin/people/{other_admin_of_site}/erase", {"kind": "erase", "asked": "Because of this."}),
        Ask("POST", f"{_ROOT}/admin/people/{{other_admin_of_site}}/erase", {"kind": "erase", **_WHY}, by="session"),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A: what has a number is the writer's.
OWN: Final = (
    Action(
        "ask for a copy of one's own data", ". + + + + + + + + + + + +",
        Ask("POST", "/settings/data/copy"), Ask("POST", f"{_ROOT}/me/data", by="session"),
    ),
    Action(
        "erase one's own account", ". + + + + + + + + + + + +",
        Ask("POST", "/settings/data/leave", {"kind": "erase", "understood": "yes"}),
        Ask("POST", f"{_ROOT}/me/departure", {"kind": "erase", "understood": True}, by="session"),
    ),
    Action(
        "erase one's own account with a token", ". . . . . . . . . . . . .", "pages take a sign-in, no token",
        Ask("POST", f"{_ROOT}/me/departure", {"kind": "erase", "understood": True}),
    ),
    Action(
        "remove a passkey", ". . . + . . . . . . . . .",
        Ask("POST", "/settings/passkeys/{passkey}/remove"),
        Ask("DELETE", f"{_ROOT}/me/passkeys/{{passkey}}", by="session"),
    ),
    Action(
        "name a passkey", ". . . + . . . . . . . . .",
        Ask("POST", "/settings/passkeys/{passkey}", {"name": "Key"}),
        Ask("PATCH", f"{_ROOT}/me/passkeys/{{passkey}}", {"name": "Key"}, by="session"),
    ),
    Action(
        "end a sign-in", ". . . + . . . . . . . . .",
        Ask("POST", "/settings/sessions/{session}/end"), Ask("DELETE", f"{_ROOT}/me/sessions/{{session}}"),
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
    Action(
        "revoke a token", ". . . + . . . . . . . . .",
        Ask("POST", "/settings/tokens/{token}/revoke"), Ask("DELETE", f"{_ROOT}/me/tokens/{{token}}"),
    ),
)  # fmt: skip
#     V G M W S O X L F E 2 K A
SITE: Final = (
    Action(
        "read the journal", ". . . . . . . . . . . + +", Ask("GET", "/admin/journal"), "there is no door for programs",
        {"moderator": "it tells of what all people did, administrators too; of each organisation they read its own"},
    ),
    Action(
        "change settings", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/settings/site", {"site_name": "Another name"}),
        "there is no door for programs: a leaked token must not change the site",
    ),
    Action(
        "give roles", ". . . . . . . . . . . . +", Ask("POST", f"{_ONE}/grant", {"role": "editor"}),
        Ask("POST", f"{_ROOT}{_ONE}/roles", {"role": "editor"}),
    ),
    Action(
        "see by whom people are signed in", ". . . . . . . . . . . . +",
        Ask("GET", "/admin/providers", shows="Clinic"), Ask("GET", f"{_ROOT}/admin/providers", shows="Clinic"),
    ),
    Action(
        "let somebody sign people in", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/providers/new", _CLINIC),
        Ask("POST", f"{_ROOT}/admin/providers", _CLINIC, by="session"),
    ),
    Action(
        "read legal documents", "+ + + + + + + + + + + + +",
        Ask("GET", "/legal/privacy", shows="We keep little"),
        Ask("GET", f"{_ROOT}/legal/privacy", shows="We keep little"),
    ),
    Action(
        "write legal documents", ". . . . . . . . . . . . +",
        Ask("POST", "/admin/legal", _TERMS), Ask("POST", f"{_ROOT}/legal", _TERMS, by="session"),
    ),
    Action(
        "read what is public, on a private site", ". . + + + + + + + + + + +",
        Ask("GET", "/t/{open}-how-do-you-answer-reviews", shows="How do you answer reviews"),
        Ask("GET", f"{_ROOT}/threads/{{open}}", shows="How do you answer reviews"), settings={"private": True},
    ),
    Action(
        "ask, on a private site", ". . + + + + + + + + + + +",
        Ask("POST", "/ask/question", {"title": "A question of some length?", "body": "Long enough to be a question."}),
        Ask(
            "POST", f"{_ROOT}/threads",
            {"title": "A question of some length?", "body": "Long enough to be a question.", "kind": "question"},
        ),
        settings={"private": True},
    ),
)  # fmt: skip
