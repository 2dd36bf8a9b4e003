"""Why somebody is told of something: the words stored in `because` of a notice, and what can be switched off."""

from collections.abc import Mapping
from typing import Final

FOLLOWED: Final = ("thread", "tag", "platform", "category", "member", "organisation")
"""Reasons that are something one follows; `because_id` says which, and following it less is the switch."""

SWITCHES: Final = (
    "own", "post", "mention", "org_mention", "quoted", "asked", "accepted", "written", "contributed", "suggested",
    "uses",
)  # fmt: skip
"""Reasons that a member can switch off as a whole."""

FIXED: Final = ("review", "given", "keeper", "deciding", "account", "reminder")
"""Reasons that stay: work somebody took on or was given, one's account, and what one asked for oneself."""

SETTINGS: Final = ("auto_follow",)
"""Switches that are no reason of a notice: what is done for a member without being asked."""

SORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "answers": ("own", "post", "accepted", "asked"),
    "mentions": ("mention", "org_mention", "quoted"),
    "followed": FOLLOWED,
    "practices": ("written", "contributed", "suggested", "uses", "review", "given", "keeper", "deciding"),
    "other": ("reminder", "account"),
}
"""What the inbox can be narrowed to, each with its reasons."""

KINDS_BEFORE: Final[Mapping[str, tuple[str, ...]]] = {
    "answers": ("answer", "reply", "comment", "accepted", "solved", "asked", "closed"),
    "mentions": ("mention", "quoted"),
    "followed": ("thread",),
    "practices": ("article", "review", "decision", "distilled", "given", "deputy", "collection"),
    "other": ("role",),
}
"""The same for notices from before reasons were stored: by their kind."""


def can_be_switched(because: str) -> bool:
    """Say whether a member can do without notices for a reason."""
    return because in FOLLOWED or because in SWITCHES
