"""What a page must have once, and must not have."""

from html.parser import HTMLParser

BLOCKS = {"form", "div", "ul", "ol", "dl", "p", "table", "section", "fieldset", "h1", "h2", "h3", "pre", "details"}
# Elements that hold words and signs only.
PHRASES = {"p", "span", "b", "strong", "em", "small", "label", "button", "h1", "h2", "h3", "h4", "code", "time"}
VOID = {"meta", "link", "input", "br", "hr", "img", "use", "path", "circle", "rect", "source"}


class Outline(HTMLParser):
    """Collects headings, ids, labels and fields, and checks that elements are closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[int] = []
        self.ids: list[str] = []
        self.labels: set[str] = set()
        self.fields: list[str] = []
        self.described: set[str] = set()
        self.links: list[str] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._choose_first = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) != len(attrs):
            self.wrong.append(f"an attribute stands twice in <{tag}>")
        if tag in BLOCKS:
            self.wrong += [f"<{tag}> in <{one}>" for one in self._open if one in PHRASES]
        if tag == "option" and self._choose_first and given.get("value", "-"):
            self.wrong.append("a required choice offers no empty one first")
        self._choose_first = tag == "select" and "required" in given and not {"multiple", "size"} & set(given)
        if tag not in VOID:
            self._open.append(tag)
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.ids += [given["id"]] if "id" in given else []
        if tag == "label" and "for" in given:
            self.labels.add(given["for"])
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "checkbox", "radio"):
            self.fields += [given.get("id", "")] if "aria-label" not in given else []
        for name in ("aria-describedby", "aria-labelledby"):
            self.described |= set(given.get(name, "").split())
        self.links += [given["href"]] if tag == "a" and "href" in given else []
        self.wrong += [name for name in given if name == "style" or name.startswith("on")]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-1:]}")
        while self._open and self._open.pop() != tag:
            pass

    def faults(self) -> list[str]:
        """Return everything that is wrong with the page."""
        found = list(self.wrong)
        found += [f"{self.headings.count(1)} h1"] if self.headings.count(1) != 1 else []
        before = 1
        for level in self.headings:
            found += [f"h{level} after h{before}"] if level > before + 1 else []
            before = level
        found += [f"id {one} stands twice" for one in set(self.ids) if self.ids.count(one) > 1]
        found += [f"field {one} has no label" for one in self.fields if one not in self.labels]
        found += [f"{one} is named but is not there" for one in self.described if one not in self.ids]
        return found


def faults_of(html: str) -> list[str]:
    """Return everything that is wrong with a page."""
    outline = Outline()
    outline.feed(html)
    return outline.faults()


def links_of(html: str) -> list[str]:
    """Return where a page leads."""
    outline = Outline()
    outline.feed(html)
    return outline.links
