"""A letter, and how one is made from templates/mail."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from base.files import shipped
from base.web.render import render, site

if TYPE_CHECKING:  # a few MB that wait for the first letter
    from css_inline import CSSInliner


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One letter to one person; a second letter with the same `key` is never sent.

    Letters with the same `about` hang together in the reader's mailbox. `unsubscribe` is the address at which
    one click, without signing in, ends letters of this sort. An answer goes to `reply_to`, where there is one.
    """

    key: str
    to: str
    subject: str
    text: str
    html: str = ""
    about: str = ""
    unsubscribe: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@lru_cache(maxsize=1)
def _inliner() -> "CSSInliner":
    from css_inline import CSSInliner

    css = (shipped("templates") / "mail" / "letter.css").read_text()
    return CSSInliner(extra_css=css, keep_at_rules=True, load_remote_stylesheets=False)


def letter_from(
    template: str,
    data: Mapping[str, Any],
    *,
    key: str,
    to: str,
    locale: str = "en",
    about: str = "",
    unsubscribe: str = "",
    reply_to: str = "",
) -> Letter:
    """Make a letter of templates/mail/`template`.txt (its first line is the subject) and .html."""
    context = {**data, "site": site(), "unsubscribe": unsubscribe}
    subject, _, text = render(f"mail/{template}.txt", context, locale).strip().partition("\n")
    html = _inliner().inline(render(f"mail/{template}.html", {**context, "subject": subject}, locale))
    return Letter(
        key=key,
        to=to,
        subject=subject,
        text=text.strip() + "\n",
        html=html,
        about=about,
        unsubscribe=unsubscribe,
        reply_to=reply_to,
    )
