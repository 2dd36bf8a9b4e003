"""How long the inbox of a member with many notices takes, beside that of one with few, in the same run.

python benchmarks/inbox.py [--notices 10000] [--url sqlite:///…|postgres://…] [--json]

Without --url a fresh SQLite file is used; of a PostgreSQL database every table is made anew, so give it an empty one.
Each page is asked for twenty times; told are the median in milliseconds (by the clock, and of the processors: on SQLite
all of the work), and the ratio to a member with fifty notices.
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from base import db, settings
from base.clock import now
from members import live
from members.actions.read_notices import Reading, read_notices
from members.models import Member, Notice, Session
from members.queries.inbox import inbox_page, unread_of
from members.queries.viewer import viewer_of_member
from members.viewer import Viewer
from tests import builders as make
from tests.databases import create_tables
from tests.statements import statements

FEW: Final = 50
ROUNDS: Final = 20
BECAUSE: Final = ("own", "mention", "tag", "thread", "uses")


async def fill(member: Member, number: int, groups: int) -> None:
    """Put notices into an inbox: every third is new, every tenth belongs to one busy thread."""
    at = now() - timedelta(days=90)
    made = [
        Notice(
            member=member,
            key=f"k{n}",
            kind="answer",
            group=f"thread:{0 if n % 10 == 0 else n % groups}",
            subject=f"How do you answer reviews of {n % groups}?",
            text="We thank them, and say what the hospital does in general. " * 4,
            url="/t/1",
            reason="Because you watch #YouTube.",
            because=BECAUSE[n % len(BECAUSE)],
            because_id=7,
            created_at=at + timedelta(minutes=n),
            read_at=None if n % 3 == 0 else at,
        )
        for n in range(number)
    ]
    await Notice.bulk_create(made, batch_size=1_000)


async def timed(ask: Callable[[], Awaitable[object]]) -> tuple[float, float]:
    """Return the milliseconds something takes, by the clock and of the processors."""
    began, worked = time.perf_counter(), time.process_time()
    await ask()
    return (time.perf_counter() - began) * 1000, (time.process_time() - worked) * 1000


async def measure(viewer: Viewer) -> dict[str, tuple[float, float, int]]:
    """Return the median milliseconds, those of this process's processors, and the statements of each page."""
    last = (await inbox_page(viewer)).page.pages

    async def who() -> object:
        return await viewer_of_member(viewer.member_id)

    pages: dict[str, Callable[[], Awaitable[object]]] = {
        "first page": lambda: inbox_page(viewer),
        "last page": lambda: inbox_page(viewer, last),
        "unread only": lambda: inbox_page(viewer, unread_only=True),
        "one sort": lambda: inbox_page(viewer, sort="mentions"),
        "badge": lambda: unread_of(viewer),
        "viewer": who,
        "look for open pages": live.look,
    }
    found = {}
    for name, ask in pages.items():
        with statements() as sent:
            await ask()
        times = [await timed(ask) for _ in range(ROUNDS)]
        found[name] = (median(wall for wall, _ in times), median(work for _, work in times), len(sent))
    with statements() as sent:
        wall, work = await timed(lambda: read_notices(viewer, Reading(all=True)))
    found["mark all as read"] = (wall, work, len(sent))
    return found


async def run(url: str, number: int) -> list[dict[str, Any]]:
    """Fill two inboxes and measure both."""
    await db.connect(url)
    try:
        await create_tables()
        found = []
        for count, groups in ((FEW, 40), (number, 3_000)):
            member = await make.member()
            await fill(member, count, groups)
            at = now()
            session = await Session.create(
                member=member, hash=str(count), created_at=at, seen_at=at, expires_at=at + timedelta(days=9)
            )
            viewer = await viewer_of_member(member.id)
            assert viewer is not None
            listener = live.Listener(member.id, session.id)
            live._listeners.add(listener)
            if db.dialect() == "postgres":
                await db.execute("ANALYZE notices")
            found.append(await measure(viewer))
            live.leave(listener)
        few, many = found
        return [
            {"what": name, "few_ms": round(few[name][0], 2), "many_ms": round(many[name][0], 2),
             "many_work_ms": round(many[name][1], 2), "ratio": round(many[name][0] / few[name][0], 1),
             "statements": many[name][2]}
            for name in few
        ]  # fmt: skip
    finally:
        await db.close()


def main() -> None:
    """Measure and tell."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--notices", type=int, default=10_000)
    asked.add_argument("--url", default="")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings.load(data_dir=folder, demo=False)
        found = asyncio.run(run(given.url or f"sqlite://{folder}/inbox.db", given.notices))
    if given.json:
        print(json.dumps(found, indent=2))
        return
    print(f"{'':22}{FEW:>9} ms{given.notices:>9} ms   its work   ratio  statements")
    for one in found:
        print(
            f"{one['what']:22}{one['few_ms']:>12}{one['many_ms']:>12}{one['many_work_ms']:>11}{one['ratio']:>8}{one['statements']:>12}"
        )


if __name__ == "__main__":
    main()
