"""The journal: written with the act, delivered at least once, retried, given up in plain sight."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import pytest

from base import db
from base.clock import now
from base.journal import record, subscribe
from base.journal.deliver import MOST_TRIES, deliver, deliver_all, revive
from base.journal.models import Delivery, Entry
from base.journal.subscribers import forget_all
from base.journal.worker import working
from tests.databases import create_tables

pytestmark = pytest.mark.anyio


class Listener:
    """Remembers what it was told, and fails on the subjects it is asked to fail on."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.calls = 0
        self.refuses: set[int] = set()

    async def __call__(self, entries: Sequence[Entry]) -> None:
        self.calls += 1
        if bad := [entry.subject_id for entry in entries if entry.subject_id in self.refuses]:
            raise ValueError(f"cannot take {bad}")
        self.heard += [(entry.kind, entry.subject_id) for entry in entries]


@pytest.fixture
async def listener(empty_database_url: str) -> AsyncIterator[Listener]:
    await db.connect(empty_database_url, ["base.journal.models"])
    await create_tables()
    made = Listener()
    forget_all()
    subscribe("listener", ["thread."], made)
    yield made
    forget_all()
    await db.close()


async def write(*subjects: int, kind: str = "thread.asked", quiet: bool = False) -> None:
    for subject in subjects:
        async with db.transaction():
            await record(kind, actor_id=None, subject_id=subject, quiet=quiet)


async def make_due() -> None:
    """Let the pause before the next try pass."""
    await Delivery.all().update(due=now() - timedelta(seconds=1))


async def test_subscribers_hear_what_they_asked_for_in_order(listener: Listener) -> None:
    await write(1, 2)
    await write(9, kind="post.added")
    await write(3, kind="thread.closed")
    assert await deliver_all() == 3
    assert listener.heard == [("thread.asked", 1), ("thread.asked", 2), ("thread.closed", 3)]
    assert listener.calls == 1, "a batch is handed over at once"
    assert await Delivery.all().count() == 0
    assert await Entry.all().count() == 4, "the log stays"


async def test_what_is_rolled_back_is_told_to_nobody(listener: Listener) -> None:
    with pytest.raises(RuntimeError, match="undone"):
        async with db.transaction():
            await record("thread.asked", actor_id=None, subject_id=1)
            raise RuntimeError("undone")
    assert await deliver_all() == 0
    assert await Entry.all().count() == 0


async def test_an_entry_without_a_transaction_is_refused(listener: Listener) -> None:
    with pytest.raises(RuntimeError, match="must be recorded in the transaction"):
        await record("thread.asked", actor_id=None, subject_id=1)
    assert await Entry.all().count() == 0


async def test_an_import_reaches_only_who_wants_imports(listener: Listener) -> None:
    index = Listener()
    subscribe("index", ["thread."], index, imports=True)
    await write(1, quiet=True)
    await deliver_all()
    assert (listener.heard, index.heard) == ([], [("thread.asked", 1)])


async def test_one_bad_entry_holds_up_nobody(listener: Listener) -> None:
    listener.refuses = {2}
    await write(1, 2, 3)
    await deliver("listener")
    assert listener.heard == [("thread.asked", 1), ("thread.asked", 3)]
    left = await Delivery.get()
    assert (left.tries, left.dead, left.error) == (1, False, "ValueError: cannot take [2]")
    assert left.due > now()
    listener.refuses = set()
    await make_due()
    assert await deliver_all() == 1
    assert ("thread.asked", 2) in listener.heard


async def test_after_eight_tries_it_is_given_up_and_can_be_revived(listener: Listener) -> None:
    listener.refuses = {1}
    await write(1)
    for _ in range(MOST_TRIES):
        assert not (await Delivery.get()).dead
        await make_due()
        assert await deliver("listener") == 1
    assert (await Delivery.get()).dead
    await make_due()
    assert await deliver("listener") == 0, "what is dead is not tried by itself"
    listener.refuses = set()
    assert await revive() == 1
    assert await deliver_all() == 1
    assert listener.heard == [("thread.asked", 1)]


async def test_what_one_worker_has_no_other_takes_until_its_time_is_over(listener: Listener) -> None:
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(entries: Sequence[Entry]) -> None:
        begun.set()
        await go_on.wait()
        await listener(entries)

    subscribe("listener", ["thread."], slow)
    await write(1)
    first = asyncio.create_task(deliver("listener"))
    await begun.wait()
    assert await deliver("listener") == 0
    go_on.set()
    assert await first == 1
    assert listener.heard == [("thread.asked", 1)]


async def test_a_worker_that_dies_leaves_its_work_to_the_next(listener: Listener) -> None:
    async def dying(entries: Sequence[Entry]) -> None:
        raise asyncio.CancelledError

    subscribe("listener", ["thread."], dying)
    await write(1)
    with pytest.raises(asyncio.CancelledError):
        await deliver("listener")
    subscribe("listener", ["thread."], listener)
    assert await deliver("listener") == 0, "its minute is not over"
    await make_due()
    assert await deliver("listener") == 1
    assert listener.heard == [("thread.asked", 1)]


async def test_after_a_crash_the_only_server_goes_on_at_once_and_two_servers_wait(listener: Listener) -> None:
    async def dying(entries: Sequence[Entry]) -> None:
        raise asyncio.CancelledError

    listener.refuses = {2}
    await write(2)
    await deliver("listener")  # it failed, and has a pause of its own
    subscribe("listener", ["thread."], dying)
    await write(1)
    with pytest.raises(asyncio.CancelledError):
        await deliver("listener")
    assert (await Delivery.get(entry__subject_id=1)).due > now()
    async with working({}):
        pass
    left = await Delivery.get(entry__subject_id=1)
    alone = db.dialect() == "sqlite"
    assert (left.due <= now(), left.tries) == (alone, 0 if alone else 1)
    assert (await Delivery.get(entry__subject_id=2)).due > now()


async def test_the_worker_delivers_by_itself_and_survives_what_fails(listener: Listener) -> None:
    rounds = 0

    async def chore() -> None:
        nonlocal rounds
        rounds += 1
        raise RuntimeError("this chore always fails")

    listener.refuses = {1}
    async with working({"failing": (chore, 0.01)}):
        await write(1, 2)
        async with asyncio.timeout(60):
            # What was heard is owed until that is written down, too.
            while ("thread.asked", 2) not in listener.heard or rounds < 2 or await Delivery.all().count() > 1:
                await asyncio.sleep(0.01)
    assert (await Delivery.get()).tries >= 1
