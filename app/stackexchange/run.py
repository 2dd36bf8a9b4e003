"""Import a dump: each file in turn, whatever is missing or broken said in a line."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.stackexchange.origins import Known
from app.stackexchange.people import People
from app.stackexchange.report import Report
from app.stackexchange.tags import Tags
from app.stackexchange.threads import Threads
from base.db import transaction
from base.errors import Missing
from base.journal import record

FILES: Final = ("Users.xml", "Posts.xml", "Posts.xml", "Comments.xml")
Step = Callable[[int], object]


def bytes_to_read(folder: Path) -> int:
    """Return how many bytes an import of this folder reads, for a progress bar."""
    return sum((folder / name).stat().st_size for name in FILES if (folder / name).is_file())


async def import_dump(folder: Path, system: str, *, dry_run: bool, step: Step = lambda done: None) -> Report:
    """Read the dump in `folder` as coming from `system`; what an earlier run made is not made again.

    Every thing is written in a transaction of its own together with where it came from, so that a run that was
    killed goes on where it stopped.
    """
    if not folder.is_dir():
        raise Missing(f"There is no folder {folder}.")
    if not any((folder / name).is_file() for name in FILES):
        raise Missing(f"{folder} holds none of Users.xml, Posts.xml, Comments.xml; is it an unpacked dump?")
    report, known = Report(dry_run), Known(system)
    await known.load()
    people, tags = People(known, report), Tags()
    await people.load()
    threads = Threads(known, report, people, tags)
    for name, read in zip(
        FILES, (people.read, threads.read_questions, threads.read_answers, threads.read_comments), strict=True
    ):
        if (folder / name).is_file():
            await read(folder / name, step)
        elif read != threads.read_answers:
            report.note(f"{name} is missing; {_without(name)}")
    if (folder / "Badges.xml").is_file():
        report.note("Badges.xml was not read: this site gives no badges.")
    if not dry_run:
        data = {"system": system, "made": report.made, "skipped": report.skipped}
        async with transaction():
            await record("import.finished", actor_id=None, subject_id=0, data=data)
    return report


def _without(name: str) -> str:
    return {
        "Users.xml": "authors are known by the names in the posts only.",
        "Posts.xml": "there is nothing to attach comments to.",
        "Comments.xml": "there will be no comments.",
    }[name]
