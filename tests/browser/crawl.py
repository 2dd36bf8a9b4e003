"""Follow every link of a site as one person, and note what is broken."""

import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qs, urldefrag, urljoin, urlsplit
from xml.etree import ElementTree

import httpx2

from tests.browser.served import PASSWORD
from tests.members.outline import faults_of

# So many addresses in all, and so many that differ only in a number, a name or what was searched.
MOST, MOST_ALIKE = 450, 12
_FOLLOWED = {"a": "href", "link": "href", "script": "src", "img": "src", "use": "href", "form": "action"}


class Links(HTMLParser):
    """Collects where a page leads, and the places in it that can be led to."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "form" and given.get("method", "get").lower() != "get":
            return
        if (name := _FOLLOWED.get(tag)) and given.get(name):
            self.found.append(given[name])

    handle_startendtag = handle_starttag


@dataclass
class Crawl:
    """What one person has seen of the site."""

    address: str
    client: httpx2.Client
    pages: dict[str, str] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    _ids: dict[str, set[str]] = field(default_factory=dict)
    _wanted: dict[str, tuple[str, str]] = field(default_factory=dict)
    _from: dict[str, str] = field(default_factory=dict)
    _seen: Counter[str] = field(default_factory=Counter)

    def run(self, *starts: str) -> None:
        """Follow links from these pages until there are no new ones, or enough."""
        waiting = deque(starts)
        self._from |= dict.fromkeys(starts, "the start")
        done = 0
        while waiting and done < MOST:
            url = waiting.popleft()
            self._seen[shape_of(url)] += 1
            if self._seen[shape_of(url)] > MOST_ALIKE:
                continue
            done += 1
            for link in self._visit(url):
                if link not in self._from:
                    self._from[link] = url
                    waiting.append(link)
        self._check_places()

    def _visit(self, url: str) -> list[str]:
        answer = self.client.get(url)
        if answer.is_redirect:
            return [target] if (target := self._own(url, answer.headers["location"])) else []
        if answer.status_code != 200:
            self._fault(url, f"answers {answer.status_code}")
            return []
        kind = answer.headers.get("content-type", "").partition(";")[0]
        if kind == "text/html":
            return self._read(url, answer.text)
        self._parse(url, kind, answer)
        return []

    def _read(self, url: str, html: str) -> list[str]:
        self.pages[url] = html
        for wrong in faults_of(html):
            self._fault(url, wrong)
        links = Links()
        links.feed(html)
        self._ids[url] = links.ids
        return [own for link in links.found if (own := self._own(url, link))]

    def _parse(self, url: str, kind: str, answer: httpx2.Response) -> None:
        try:
            if kind.endswith("json"):
                json.loads(answer.text)
            elif kind.endswith("xml"):
                ElementTree.fromstring(answer.text)
        except (ValueError, ElementTree.ParseError) as wrong:
            self._fault(url, f"is no {kind}: {wrong}")

    def _own(self, base: str, link: str) -> str:
        """Return the path of a link within the site, or nothing."""
        whole, place = urldefrag(urljoin(self.address + base, link))
        parts = urlsplit(whole)
        if f"{parts.scheme}://{parts.netloc}" != self.address:
            return ""
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        if place and not path.startswith("/static/"):
            self._wanted.setdefault(f"{path}#{place}", (path, place))
            self._from.setdefault(f"{path}#{place}", base)
        return path

    def _check_places(self) -> None:
        """See that links into a page find their place, where both pages were seen."""
        for link, (path, place) in self._wanted.items():
            if path in self._ids and place not in self._ids[path]:
                self._fault(link, "leads to a place that is not there")

    def _fault(self, url: str, what: str) -> None:
        self.faults.append(f"{url} {what} (linked from {self._from.get(url, '?')})")


def shape_of(url: str) -> str:
    """Return an address without its numbers, names and words: what is alike has one shape."""
    parts = urlsplit(url)
    steps = parts.path.strip("/").split("/")
    plain = [re.sub(r"^\d+.*" if at == 0 else r"^\d+[\w-]*", "0", step) for at, step in enumerate(steps)]
    if len(plain) == 2 and plain[0] in ("people", "organisations", "regions", "platforms", "topics", "inbox", "static"):
        plain[1] = "x" + plain[1][plain[1].rfind(".") :] if "." in plain[1] else "x"
    return f"/{'/'.join(plain)}?{'&'.join(sorted(parse_qs(parts.query, keep_blank_values=True)))}"


@contextmanager
def visit_as(address: str, who: str) -> Iterator[Crawl]:
    """Begin a crawl as a visitor, or as somebody of the demonstration."""
    with httpx2.Client(base_url=address, timeout=30) as client:
        if who != "visitor":
            form = {"email": f"{who}@demo.example", "password": PASSWORD}
            answer = client.post("/sign-in", data=form, headers={"Origin": address})
            assert answer.status_code == 303, answer.text
        yield Crawl(address, client)
