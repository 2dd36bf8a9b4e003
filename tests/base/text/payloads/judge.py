"""Says what in a piece of HTML could run a script or lead astray. It knows nothing of the code it judges."""

import re
from html.parser import HTMLParser

ELEMENTS = {
    "a",
    "blockquote",
    "br",
    "cite",
    "code",
    "dd",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "section",
    "span",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "ul",
}
ATTRIBUTES = {
    "alt",
    "aria-label",
    "class",
    "href",
    "id",
    "loading",
    "rel",
    "role",
    "scope",
    "src",
    "start",
    "tabindex",
    "title",
}
SCHEMES = {"http", "https", "mailto", "tel"}
EMPTY = {"br", "hr", "img"}
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_ID = re.compile(r"(?:p7-)?(?:h|fn|fnref)-[a-z0-9-]+")


class Judge(HTMLParser):
    """Collects everything that a safe text would not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.faults.append(f"<{tag}>")
        if tag not in EMPTY:
            self.open.append(tag)
        for name, value in attrs:
            self._judge(tag, name, value or "")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")

    def handle_comment(self, data: str) -> None:
        self.faults.append(f"<!--{data}-->")

    def handle_decl(self, decl: str) -> None:
        self.faults.append(f"<!{decl}>")

    def handle_pi(self, data: str) -> None:
        self.faults.append(f"<?{data}>")

    def unknown_decl(self, data: str) -> None:
        self.faults.append(f"<![{data}")

    def _judge(self, tag: str, name: str, value: str) -> None:
        if name not in ATTRIBUTES:
            self.faults.append(f"{tag} {name}={value}")
        if name in {"href", "src"} and not _leads_well(value):
            self.faults.append(f"{tag} {name}={value!r}")
        if name == "src" and not value.startswith("/files/"):
            self.faults.append(f"{tag} {name}={value!r}")
        if name == "id" and not _ID.fullmatch(value):
            self.faults.append(f"{tag} id={value!r}")
        if (
            name == "href"
            and value.lower().startswith("http")
            and ("rel", "nofollow ugc noopener") not in self.attributes()
        ):
            self.faults.append(f"{tag} {value!r} is not marked as outside")

    def attributes(self) -> list[tuple[str, str]]:
        """Return the attributes of the tag just read."""
        return re.findall(r'([a-z-]+)="([^"]*)"', self.get_starttag_text() or "")


def _leads_well(url: str) -> bool:
    """Read an address as a browser does: without tabs, line ends and what stands before it."""
    address = re.sub(r"[\t\n\r]", "", url).strip("".join(map(chr, range(33))))
    if scheme := _SCHEME.match(address):
        return scheme[1].lower() in SCHEMES and address == url
    return address == url and url[:1] in "/#?" and url[:2].replace("\\", "/") != "//"


def faults_in(html: str) -> list[str]:
    """List what is wrong with a piece of HTML."""
    judge = Judge()
    judge.feed(html)
    judge.close()
    return judge.faults + [f"<{tag}> stays open" for tag in judge.open]
