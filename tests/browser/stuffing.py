"""Fill the forms of a page with hostile texts and send them, as fast as the server takes them."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import cycle
from typing import Any, Final

import httpx2

from tests.base.text.payloads.vectors import ELEMENTS, RUN, SCHEMES

# Stands first in every field that has room: it breaks out of text and of attributes, and runs wherever it does.
_FIRST: Final = f"'\"><img src=x onerror={RUN}>"
_TYPED: Final = ("text", "url", "search", "")
_KEPT: Final = {"password": "seven quiet lanterns", "decision": "changes_requested", "checked": "yes"}
_NUMBERS: Final = {"metrics.baseline": "4", "metrics.result": "9", "metrics.n": "3", "metrics.unit": "days"}
_SHORT, _LONG = 60, 2_000  # so much goes where a field has no length of its own, and where it takes a whole essay


@dataclass
class Field:
    """One field of a form, with what a browser would send for it."""

    name: str
    value: str = ""
    most: int = 0
    typed: bool = False


@dataclass
class Form:
    """One form that changes something."""

    action: str
    fields: list[Field] = field(default_factory=list)

    @property
    def typed(self) -> list[str]:
        """Return the names of the fields that take text."""
        return [one.name for one in self.fields if one.typed]


class Forms(HTMLParser):
    """Collects the forms of a page that are sent by POST."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._url, self._form, self._area, self._select = url, Form(""), None, ""

    _area: Field | None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", self._url))
            if given.get("method", "").lower() == "post":
                self.found.append(self._form)
        elif tag in ("input", "textarea", "select"):
            self._begin(tag, given)
        elif tag == "option" and self._select and (given.get("value") or "selected" in given):
            chosen = next(one for one in self._form.fields if one.name == self._select)
            chosen.value = given.get("value", "") if "selected" in given or not chosen.value else chosen.value

    def _begin(self, tag: str, given: dict[str, str]) -> None:
        kind, name = given.get("type", ""), given.get("name", "")
        one = Field(name, given.get("value", ""), int(given.get("maxlength") or 0))
        one.typed = tag == "textarea" or (tag == "input" and kind in _TYPED)
        again = any(other.name == name for other in self._form.fields)
        if not name or kind == "checkbox" or (again and (kind != "radio" or "checked" not in given)):
            self._select = ""  # of rows of fields the first one is enough
            return
        if tag == "textarea":
            self._area = one
        self._select = name if tag == "select" else ""
        self._form.fields = [other for other in self._form.fields if kind != "radio" or other.name != name] + [one]

    def handle_data(self, data: str) -> None:
        if self._area:
            self._area.value += data

    def handle_endtag(self, tag: str) -> None:
        self._area = None if tag == "textarea" else self._area
        self._select = "" if tag == "select" else self._select


class Pool:
    """Gives payloads out, always the next ones, so that every field gets others each time."""

    def __init__(self) -> None:
        self._next = cycle([*ELEMENTS, *SCHEMES])
        self.given = 0

    def fill(self, most: int, between: str) -> str:
        """Return as many payloads as fit, after the one that is everywhere."""
        text = f"{self.given}{_FIRST}" if len(_FIRST) + 6 <= most else "<b>'\""  # names have to differ
        for _ in range(len(ELEMENTS) + len(SCHEMES)):
            one = next(self._next)
            if len(text) + len(between) + len(one) > most:
                break
            text += between + one
            self.given += 1
        return text


@dataclass
class Stuffer:
    """One person who fills in forms; what was taken, what was refused, and the pages to look at afterwards."""

    client: httpx2.Client
    pool: Pool
    taken: set[str] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)
    pages: dict[str, None] = field(default_factory=dict)

    def stuff(self, url: str, only: str = "", **more: str) -> str:
        """Fill and send the forms of a page that take text, two of a kind; return where the last one led to."""
        led, times = "", Counter[str]()
        for form in self._forms(url):
            times[shape(form.action)] += 1
            if form.typed and only in form.action and times[shape(form.action)] <= 2:
                led = self._send(form, more) or led
        self.pages |= dict.fromkeys(one.partition("#")[0] for one in (url, led) if one)
        return led

    def _forms(self, url: str) -> list[Form]:
        answer = self.client.get(url, follow_redirects=True)
        assert answer.status_code == 200, f"{url} answers {answer.status_code}"
        return forms_of(str(answer.url.raw_path, "ascii"), answer.text)

    def _send(self, form: Form, more: dict[str, str]) -> str:
        """Send it, and again without what was refused, so that the rest is kept."""
        sent: dict[str, Any] = {one.name: self._value(one) for one in form.fields} | more
        places = {f"{shape(form.action)} {name}" for name in form.typed if name not in more}
        self.met |= places
        for _ in range(3):
            answer = self.client.post(form.action, data=sent)
            assert answer.status_code < 500, f"{form.action} answers {answer.status_code}"
            if answer.is_redirect or form.action == "/settings/tokens":
                self.taken |= {place for place in places if sent[place.partition(" ")[2]]}
                return str(answer.headers.get("location", ""))
            self.refusals.append(answer.text)
            places -= self._give_in(form, sent, answer.text)
        return ""

    def _give_in(self, form: Form, sent: dict[str, Any], html: str) -> set[str]:
        """Put back what the page calls wrong; return the places that did not take their text."""
        wrong = {re.sub(r"-\d+-", ".", name) for name in re.findall(r'id="f-([\w.-]+)-error"', html)}
        for one in form.fields:
            if one.name in wrong:
                sent[one.name] = one.value if sent[one.name] != one.value else "Plain words"
        return {f"{shape(form.action)} {name}" for name in wrong}

    def _value(self, one: Field) -> str:
        if not one.typed or one.name in _NUMBERS:
            return one.value or (_KEPT | _NUMBERS).get(one.name, "")
        return self.pool.fill(min(one.most or _SHORT, _LONG), "\n\n" if one.most > 1_000 else " ")


def forms_of(url: str, html: str) -> list[Form]:
    """Return the forms of a page."""
    read = Forms(url)
    read.feed(html)
    return read.found


def shape(action: str) -> str:
    """Return the address of a form without numbers and names."""
    path = re.sub(r"/\d+[\w-]*", "/0", action.partition("?")[0])
    return re.sub(r"^/(organisations|topics)/[^/]+", r"/\1/x", path)
