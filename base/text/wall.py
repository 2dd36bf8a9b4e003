"""The second wall: whatever the renderer says, only these elements and attributes leave it."""

import re
from typing import Final

import nh3

from base.text.addresses import OUTSIDE_REL, is_upload, may_link
from base.text.blocks import CALLOUTS
from base.text.files import SIZES

_LANGUAGE_NAMES: Final = (
    "bash c cpp csharp css csv diff fhir go graphql haskell hl7 html http ini java javascript json julia kotlin latex "
    "lua makefile markdown matlab perl php powershell python r ruby rust scala sh shell sql swift text toml typescript "
    "vbnet xml yaml"
)
_TAGS: Final = (
    "a blockquote br cite code dd div dl dt em h2 h3 h4 h5 h6 hr img li ol p pre s section span strong sub sup "
    "table tbody td th thead tr ul"
)
LANGUAGES: Final = frozenset(_LANGUAGE_NAMES.split())
CLASSES: Final = {
    "a": {"mention", "footnote-back"},
    "blockquote": {"quote"},
    "code": {f"language-{name}" for name in LANGUAGES},
    "div": {"callout", "table-scroll", *(f"callout-{kind}" for kind in CALLOUTS)},
    "li": {"task"},
    "ol": {"tasks"},
    "p": {"callout-title", "quote-source"},
    "section": {"footnotes"},
    "span": {"task-box"},
    "sup": {"footnote-ref"},
    "td": {"align-left", "align-center", "align-right"},
    "th": {"align-left", "align-center", "align-right"},
    "ul": {"tasks"},
}
_ID: Final = re.compile(r"(?:[a-z]{1,8}\d{0,18}-)?(?:h-[a-z0-9-]{1,100}|fn-\d{1,5}|fnref-\d{1,5}(?:-\d{1,5})?)")
_SMALLER: Final = re.compile(r"/files/\d{1,18}/thumb \d{1,4}w, /files/\d{1,18}/display \d{1,4}w")


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id":
        return value if _ID.fullmatch(value) else None
    if attribute == "href":
        return value if may_link(value) else None
    if attribute == "src":
        return value if is_upload(value) else None
    if attribute in ("width", "height"):
        return value if value.isascii() and value.isdigit() and len(value) < 6 else None
    if attribute == "srcset":
        return value if _SMALLER.fullmatch(value) else None
    return value


_CLEANER: Final = nh3.Cleaner(
    tags=set(_TAGS.split()),
    clean_content_tags={"script", "style"},
    attributes={
        "a": {"href", "title", "id", "aria-label"},
        "img": {"src", "alt", "title", "width", "height", "srcset"},
        "ol": {"start"},
        "span": {"aria-label"},
        **{tag: {"id"} for tag in ("h2", "h3", "h4", "h5", "h6", "li")},
    },
    tag_attribute_values={
        "a": {"rel": {OUTSIDE_REL}},
        "div": {"role": {"note"}, "tabindex": {"0"}},
        "img": {"loading": {"lazy"}, "sizes": {SIZES}},
        "pre": {"tabindex": {"0"}},
        "span": {"role": {"img"}},
        "th": {"scope": {"col"}},
    },
    attribute_filter=_kept,
    allowed_classes=CLASSES,
    url_schemes={"http", "https", "mailto", "tel"},
    link_rel=None,
    generic_attribute_prefixes=set(),
)


def cleaned(html: str) -> str:
    """Return the HTML with everything removed that is not on the list."""
    return _CLEANER.clean(html)
