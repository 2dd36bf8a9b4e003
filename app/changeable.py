"""Which settings may be changed while the site runs, in groups, and which are secret."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from base.limit_numbers import NUMBERS
from base.mail.address import normal_address
from base.settings import Settings, origin, say


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are changed together."""

    name: str
    label: str
    about: str
    names: Sequence[str]


GROUPS: Final = (
    Group(
        "site",
        say("The site"),
        say("How it is called, and where it is."),
        ("site_name", "tagline", "base_url", "language", "next_steps"),
    ),
    Group(
        "readers",
        say("Who may read and join"),
        say(
            "A private site shows nothing to visitors, nor to members whom no organisation has confirmed: they find "
            "the pages for signing in and joining, also as an organisation, and nothing else."
        ),
        ("private", "joining"),
    ),
    Group(
        "mail",
        say("Mail"),
        say("How letters leave."),
        ("mail_server", "mail_port", "mail_tls", "mail_user", "mail_password", "mail_from", "mail_window_minutes"),
    ),
    Group(
        "reading",
        say("Reading and signing in"),
        say("What all pages have in common."),
        ("page_size", "session_days", "two_factor_for", "two_factor_grace_days"),
    ),
    Group(
        "privacy",
        say("Own data"),
        say("How long what belongs to people is kept."),
        ("address_days", "leaving_days", "own_data_days"),
    ),
    Group("files", say("Uploaded files"), say("How large files may be."), ("upload_mb", "upload_mb_staff")),
    Group(
        "limits",
        say("Limits"),
        say("How often and how much one may write."),
        ("limits", *(f"limit_numbers.{name}" for name in NUMBERS)),
    ),
    Group(
        "log",
        say("Log and figures"),
        say("What is written down of how the site works."),
        ("log_level", "log_json", "log_requests", "slow_request_ms", "slow_query_ms", "metrics_token"),
    ),
)
CHANGEABLE: Final = frozenset(name.partition(".")[0] for group in GROUPS for name in group.names)
AT_THE_START: Final = tuple(name for name in Settings.model_fields if name not in CHANGEABLE)
"""What only options, the environment and config.toml say: places, doors, and a command that is run."""
SECRETS: Final = frozenset({"mail_password", "metrics_token"})
HIDDEN: Final = SECRETS | {"database_url"}
"""What no page, file or log shows."""
CONNECTION: Final = ("mail_server", "mail_port", "mail_tls", "mail_user")
"""Where the mail password is sent to: who changes one of these has to give the password again."""
CHOICES: Final[Mapping[str, Sequence[str]]] = {
    "mail_tls": ("starttls", "tls", "none"),
    "joining": ("open", "invitation"),
    "two_factor_for": ("nobody", "staff", "everybody"),
    "log_level": ("debug", "info", "warning", "error"),
    "log_requests": ("off", "problems", "all"),
}
_LABELS: Final[Mapping[str, str]] = {
    "address_days": say("Days that network addresses are kept"),
    "leaving_days": say("Days to come back after leaving"),
    "own_data_days": say("Days that copies of own data are kept"),
    "base_url": say("Public address"),
    "mail_tls": say("Mail encryption"),
    "mail_from": say("Sender of mail"),
    "mail_window_minutes": say("Mail window, in minutes"),
    "next_steps": say("Next steps on the front page"),
    "private": say("Private site"),
    "page_size": say("Rows on one page"),
    "session_days": say("Days of a sign-in"),
    "two_factor_for": say("Two steps are asked of"),
    "two_factor_grace_days": say("Days to set up two steps"),
    "upload_mb": say("Largest file of members, in MB"),
    "upload_mb_staff": say("Largest file of staff, in MB"),
    "limits": say("Enforce limits"),
    "log_json": say("Log as JSON"),
    "log_requests": say("Log of requests"),
    "slow_request_ms": say("Slow request, in ms"),
    "slow_query_ms": say("Slow statement, in ms"),
}


_LIMITS: Final[Mapping[str, str]] = {
    "topic_pause": say("Seconds between two threads of one person; 0 is no pause."),
    "post_pause": say("Seconds between two posts of one person; 0 is no pause."),
    "newcomer_topic_pause": say("Seconds between two threads of a newcomer; 0 is no pause."),
    "newcomer_post_pause": say("Seconds between two posts of a newcomer; 0 is no pause."),
    "topics_a_day": say("Threads that one person starts within a day."),
    "first_day_topics": say("Threads that a newcomer starts on the first day."),
    "first_day_posts": say("Answers and comments that a newcomer writes on the first day."),
    "likes_a_day": say("Posts that one person marks as useful within a day."),
    "doubts_a_day": say("Doubts that one person raises within a day."),
    "edits_a_day": say("Edits of one person within a day."),
    "invitations_a_day": say("Colleagues one person invites within a day."),
    "letters_a_day": say("Letters one person writes to other members by the site's mail within a day."),
    "mentions": say("People mentioned in one text."),
    "newcomer_mentions": say("People mentioned in one text of a newcomer."),
    "newcomer_links": say("Links in one text of a newcomer."),
    "newcomer_images": say("Pictures in one text of a newcomer."),
    "newcomer_files": say("Files in one text of a newcomer."),
    "first_typing": say("Seconds that the form of somebody's first text is open at least; 0 does not look."),
}


def group_named(name: str) -> Group | None:
    """Return a group, or None."""
    return next((group for group in GROUPS if group.name == name), None)


def group_of(setting: str) -> Group | None:
    """Return the group in which a setting is changed, None for one that is set at the start."""
    return next((group for group in GROUPS if setting in group.names), None)


def label_of(name: str) -> str:
    """Return what a setting is called."""
    return _LABELS.get(name) or name.rpartition(".")[2].replace("_", " ").capitalize()


def about(name: str) -> str:
    """Return what a setting does, in a sentence."""
    if name.startswith("limit_numbers."):
        return _LIMITS[name.partition(".")[2]]
    return Settings.model_fields[name].description or ""


def usual(name: str) -> Any:
    """Return the default of a setting."""
    if name.startswith("limit_numbers."):
        return NUMBERS[name.partition(".")[2]]
    return Settings.model_fields[name].get_default(call_default_factory=True)


def value_of(name: str, now: Settings) -> Any:
    """Return the value in force of a setting; None for a single limit that is as usual."""
    whole, _, part = name.partition(".")
    value = getattr(now, whole)
    return value.get(part) if part else value


def is_firm(name: str) -> bool:
    """Say whether options, the environment or the file decide, so that the page cannot.

    Where one of them holds the mail password they decide on the server, too: else it could be sent elsewhere.
    """
    firm = ("option", "environment", "file")
    return origin(name.partition(".")[0]) in firm or (name in CONNECTION and origin("mail_password") in firm)


def _address(given: object) -> str:
    text = str(given).strip().rstrip("/")
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.path):
        raise ValueError("An address is needed such as https://forum.hospital.example, without anything behind it.")
    return text


def _server(given: object) -> str:
    text = str(given).strip()
    if any(letter.isspace() or letter in "/@" for letter in text):
        raise ValueError("The name of a mail server is needed, such as smtp.hospital.example.")
    return text


CHECKS: Final[Mapping[str, Callable[[object], str]]] = {
    "base_url": _address,
    "mail_from": normal_address,
    "mail_server": _server,
}
"""What is looked at beside the model itself: each raises ValueError with a sentence."""
