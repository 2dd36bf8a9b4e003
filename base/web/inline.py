"""What stands in the page itself, as files of their own would be requests before anything is seen."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from urllib.parse import quote

from markupsafe import Markup

from base.files import shipped


@cache
def theme_script() -> Markup:
    """Return the script that runs before the first paint, without its comments."""
    text = (shipped("static") / "theme.js").read_text()
    return Markup(re.sub(r"^//.*\n|/\*.*?\*/|^\s+|\n", "", text, flags=re.MULTILINE))  # noqa: S704 - a file of ours


@cache
def theme_source() -> str:
    """Return what the content security policy says of that script: it is known by its hash, and no other may run."""
    return f"'sha256-{b64encode(sha256(theme_script().encode()).digest()).decode()}'"


@cache
def icon() -> str:
    """Return the site's icon as an address that holds it."""
    return "data:image/svg+xml," + quote((shipped("static") / "favicon.svg").read_text().strip(), safe=" =:/'()<>;,")
