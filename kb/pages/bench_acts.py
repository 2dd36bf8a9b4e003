"""What the buttons of the workbench do, after what was typed has been saved."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from base.errors import Invalid, Missing
from base.paging import whole_number
from kb.actions.attach import Answered, Attached, address, attach, detach, drop_passage
from kb.actions.comment import resolve
from kb.actions.correct import publish_correction
from kb.actions.insert import Insertion, insert
from kb.actions.revise import discard
from kb.actions.send import Asked, send
from kb.addresses import article_url, work_url
from kb.queries.facts import find
from members.viewer import Viewer

Given = Mapping[str, object]


_STEPS: Final = ("write", "evidence", "contributors", "review")


@dataclass(frozen=True, slots=True)
class Done:
    """Where to go on: on the workbench with a thread open and an anchor, or `away` from it."""

    words: str = ""
    thread: int = 0
    anchor: str = ""
    away: str = ""
    inserted: bool = False


Act = Callable[[Viewer, int, Given, int], Awaitable[Done]]


async def act(viewer: Viewer, article_id: int, given: Given) -> Done:
    """Do what the pressed button says: `do` is a word, or a word and what it is about, such as "open:17"."""
    await _answer(viewer, article_id, given)
    word, _, number = str(given.get("do") or "save").partition(":")
    if word == "enter":
        word = _entered(given)
    if word == "save":
        return Done("Saved.", anchor=f"#{number}" if number in _STEPS else "")
    if word not in _ACTS:
        raise Missing("There is no such button.")
    return await _ACTS[word](viewer, article_id, given, whole_number(number) or 0)


def _entered(given: Given) -> str:
    """Return what the Enter key means in a field of one line: to find what was typed to be found, else to save."""
    words = str(given.get("q") or "").strip()
    return "find" if words and words != str(given.get("was_q") or "").strip() else "save"


async def _answer(viewer: Viewer, article_id: int, given: Given) -> None:
    """Write down how the draft deals with contradicting cases, where that was typed."""
    for name, value in given.items():
        key, _, number = name.partition(".")
        thread = whole_number(number)
        if key == "addressed" and thread and given.get(f"was_{name}") != value:
            await address(viewer, article_id, thread, Answered.read({"addressed": value}))


async def _preview(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    found = await find(viewer, article_id)
    return Done(away=article_url(article_id, found.slug, found.revision.number))


async def _insert(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    if not given.get("passages"):
        raise Invalid({"passages": "Tick the paragraphs you want to take over first."})
    insertion = Insertion.read(given)
    await insert(viewer, article_id, insertion)
    count = len(insertion.passages)
    words = "The passage stands" if count == 1 else f"{count} passages stand"
    said = f"{words} at the end of the section, with a link to the source."
    return Done(said, anchor=f"#f-{insertion.section}", inserted=True)


async def _open(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    return Done(thread=number, anchor="#sources")


async def _find(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    return Done(anchor="#find")


async def _add(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await attach(viewer, article_id, Attached(thread=number))
    return Done("The thread is a source now.", thread=number, anchor="#sources")


async def _remove(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await detach(viewer, article_id, number)
    return Done("The thread is no longer a source. The words you took from it stay.", anchor="#sources")


async def _drop(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await drop_passage(viewer, article_id, number)
    return Done("The link to that passage is gone. Its words stay until you delete them.", anchor="#write")


async def _resolve(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await resolve(viewer, article_id, number)
    return Done("The comment is done.", anchor="#write")


async def _send(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    picked = str(given.get("other_reviewer") or "").strip() or given.get("reviewer")
    await send(
        viewer,
        article_id,
        Asked.read({"reviewer": picked or "", "second": given.get("second") or "", "due": given.get("due")}),
    )
    return Done("Sent. The reviewer is told.", away=work_url(article_id, "review"))


async def _publish(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await publish_correction(viewer, article_id)
    found = await find(viewer, article_id)
    return Done("Corrected. It stays verified as it was.", away=article_url(article_id, found.slug))


async def _discard(viewer: Viewer, article_id: int, given: Given, number: int) -> Done:
    await discard(viewer, article_id)
    return Done("The draft is dropped. It stays in the history.", away="/desk")


_ACTS: Final[Mapping[str, Act]] = {
    "preview": _preview,
    "insert": _insert,
    "open": _open,
    "find": _find,
    "add": _add,
    "remove": _remove,
    "drop": _drop,
    "resolve": _resolve,
    "send": _send,
    "publish": _publish,
    "discard": _discard,
}
