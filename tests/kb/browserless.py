"""A browser without scripts: it reads the forms of a page and sends them as a reader would."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx2

from tests.site import ADDRESS


@dataclass
class Form:
    """One form: where it goes and what it would send before anything is typed."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)
    boxes: dict[tuple[str, str], bool] = field(default_factory=dict)
    radios: set[str] = field(default_factory=set)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.text: list[str] = []
        self._form: Form | None = None
        self._strays: list[tuple[str, str, str, bool]] = []
        self._area: str | None = None
        self._select: tuple[str, list[tuple[str, bool]]] | None = None
        self._button: tuple[str, str, str] | None = None
        self._words = ""
        self._link: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self._form = Form(given.get("action", ""), given.get("method", "get").lower())
            self.forms.append(self._form)
            # Boxes may stand outside of the form to which they belong.
            strays = [one for one in self._strays if one[0] == given.get("id")]
            self._form.boxes.update({(name, value): on for _, name, value, on in strays})
        elif tag == "a" and "href" in given:
            self._link, self._words = given["href"], ""
        elif tag == "button":
            self._button, self._words = (name, given.get("value", ""), given.get("formaction", "")), ""
        elif self._form is None and given.get("form") and given.get("type") == "checkbox":
            self._strays.append((given["form"], name, given.get("value", "on"), "checked" in given))
        elif self._form is None or (tag != "option" and not name):
            return
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            self._form.boxes[name, given.get("value", "on")] = "checked" in given
            self._form.radios |= {name} if given["type"] == "radio" else set()
        elif tag == "input":
            self._form.fields.append((name, given.get("value", "")))
        elif tag == "textarea":
            self._area, self._words = name, ""
        elif tag == "select":
            self._select = (name, [])
        elif tag == "option" and self._select:
            self._select[1].append((given.get("value", ""), "selected" in given))

    def handle_data(self, data: str) -> None:
        self._words += data
        self.text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "a" and self._link is not None:
            self.links.append((" ".join(self._words.split()), self._link))
            self._link = None
        elif tag == "button" and self._button is not None:
            if self._form is not None:
                self._form.buttons.append((" ".join(self._words.split()), *self._button))
            self._button = None
        elif tag == "textarea" and self._form is not None and self._area is not None:
            self._form.fields.append((self._area, self._words.removeprefix("\n")))
            self._area = None
        elif tag == "select" and self._form is not None and self._select is not None:
            name, options = self._select
            chosen = [value for value, on in options if on] or [value for value, _ in options[:1]]
            self._form.fields += [(name, value) for value in chosen]
            self._select = None


class Page:
    """A page in the browser of one member."""

    def __init__(self, client: httpx2.AsyncClient, answer: httpx2.Response) -> None:
        self._client = client
        self.status, self.html, self.url = answer.status_code, answer.text, answer.url
        reader = _Reader()
        reader.feed(answer.text)
        self.forms, self.links = reader.forms, reader.links
        self.text = " ".join(" ".join(reader.text).split())

    @property
    def path(self) -> str:
        """Return where this is."""
        return self.url.raw_path.decode()

    async def follow(self, words: str) -> "Page":
        """Follow the first link that begins with these words."""
        href = next(href for text, href in self.links if text.startswith(words))
        return await visit(self._client, urljoin(self.path, href))

    async def press(self, words: str, *, tick: tuple[tuple[str, str], ...] = (), **typed: str) -> "Page":
        """Press the button with these words, after typing into fields and ticking boxes."""
        form, button = next((form, button) for form in self.forms for button in form.buttons if button[0] == words)
        boxes = dict(form.boxes)
        for name, value in tick:
            assert (name, value) in boxes, f"there is no box {name} = {value}"
            if name in form.radios:
                boxes = {key: on and key[0] != name for key, on in boxes.items()}
            boxes[name, value] = True
        known = [name for name, _ in form.fields]
        assert not set(typed) - set(known), f"there is no field {sorted(set(typed) - set(known))}"
        sent: dict[str, list[str]] = {}
        for name, value in form.fields:
            sent.setdefault(name, []).append(typed.get(name, value))
        for (name, value), on in boxes.items():
            if on:
                sent.setdefault(name, []).append(value)
        _, name, value, action = button
        if name:
            sent[name] = [value]
        target = urljoin(self.path, action or form.action or self.path)
        if form.method == "get":
            return Page(self._client, await self._client.get(target, params=sent, follow_redirects=True))
        headers = {"origin": ADDRESS, "sec-fetch-site": "same-origin"}
        return Page(self._client, await self._client.post(target, data=sent, headers=headers, follow_redirects=True))

    def buttons(self) -> list[str]:
        """Return the words on every button."""
        return [button[0] for form in self.forms for button in form.buttons]


async def visit(client: httpx2.AsyncClient, path: str) -> Page:
    """Open a page."""
    return Page(client, await client.get(path, follow_redirects=True))
