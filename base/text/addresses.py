"""Which addresses a text may link to, and which of them lead outside."""

import re
from typing import Final

# Judged after normalising, when control characters are percent-encoded already. A path such as
# //host or /\host would leave the site, and one without a leading slash breaks when a text moves.
_ALLOWED: Final = re.compile(r"https?://[^\s/?#\\]|mailto:[^\s]|tel:[+\d]|/(?![/\\])|#|\?", re.IGNORECASE)
# A browser leaves tabs and line ends out before it reads an address.
_BLANK: Final = re.compile(r"[\x00-\x20\x7f]")
_OUTSIDE: Final = re.compile(r"https?:", re.IGNORECASE)
FILE: Final = r"/files/(?P<id>\d{1,18})/(?P<name>[\w%-][\w.%-]{0,250})"
_UPLOAD: Final = re.compile(FILE, re.ASCII)

OUTSIDE_REL: Final = "nofollow ugc noopener"


def may_link(url: str) -> bool:
    """Tell whether a member's text may link to this address."""
    return _ALLOWED.match(url) is not None and _BLANK.search(url) is None


def is_outside(url: str) -> bool:
    """Tell whether the address names a host of its own."""
    return _OUTSIDE.match(url) is not None


def is_upload(url: str) -> bool:
    """Tell whether the address is a file uploaded to this site, the only images a page may show."""
    return _UPLOAD.fullmatch(url) is not None and ".." not in url
