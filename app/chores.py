"""What a server does now and then, beside answering: each chore with its pause in seconds."""

from functools import wraps
from typing import Final

from app.actions.note_backup import warn_of_old
from app.backing_up import back_up
from app.kept_settings import LOOK_SECONDS, look_at_settings
from app.leaving.let_go import let_go
from app.own_data.make import forget_old_copies
from app.process import SNAPSHOT_SECONDS, write_counts
from base.db import alone, dialect, execute
from base.journal.worker import Chore
from base.limit_counts import forget_counts
from base.mail.post_office import post_office
from forum.actions.close_later import close_due
from forum.actions.purge_uploads import purge_uploads
from forum.actions.remind import remind
from forum.actions.write_reads import write_downloads
from forum.actions.write_reads import write_reads as write_thread_reads
from forum.banners import look_again
from kb.actions.age import refresh_states
from kb.actions.ask_adopters import ask_adopters
from kb.actions.relink import relink_once
from kb.actions.write_reads import forget_reads, write_reads
from members.actions.ask_keepers import ask_keepers
from members.actions.ask_two_steps import ask_two_steps
from members.actions.forget_addresses import forget_addresses
from members.actions.forget_unconfirmed import forget_unconfirmed
from members.actions.gather_mail import gather_mail
from members.actions.prove_domain import look_for_domains
from members.actions.recheck_masks import recheck_masks
from members.actions.reckon_trust import reckon_trust
from members.actions.remind_invited import remind_invited
from members.actions.write_seen import write_seen
from members.live import SECONDS as LIVE_SECONDS
from members.live import tell
from search_index.searches import flush, forget_old


async def tune_database() -> None:
    """Let SQLite look at what its planner knows of the tables; PostgreSQL does so by itself."""
    if dialect() == "sqlite":
        await execute("PRAGMA optimize")


def _by_one(chore: Chore) -> Chore:
    """Let a chore be done by one process at a time: it goes through much, and two would do the same."""

    @wraps(chore)
    async def done() -> object:
        async with alone(chore.__name__) as mine:
            return await chore() if mine else 0

    return done


# What only this process knows, until it is written down; also done when the site closes.
_HELD: Final[dict[str, tuple[Chore, float]]] = {
    "write when people were seen": (write_seen, 60.0),
    "count searches": (flush, 30.0),
    "count reads of practices": (write_reads, 60.0),
    "count reads of threads": (write_thread_reads, 60.0),
    "count downloads": (write_downloads, 60.0),
}
CHORES: Final[dict[str, tuple[Chore, float]]] = {
    "post office": (post_office, 1.0),
    "gather mail": (_by_one(gather_mail), 10.0),
    "remind of bookmarks": (remind, 30.0),
    "tell open pages what is new": (tell, LIVE_SECONDS),
    "leave the counts of this process": (write_counts, SNAPSHOT_SECONDS),
    **_HELD,
    "look at the settings": (look_at_settings, LOOK_SECONDS),
    "look what stands above every page": (look_again, 5.0),
    "close threads whose day has come": (close_due, 60.0),
    "tell which practices are due": (_by_one(refresh_states), 3600.0),
    "ask who uses practices": (_by_one(ask_adopters), 3600.0),
    "ask whether platform ledgers are right": (_by_one(ask_keepers), 3600.0),
    "find links of before": (_by_one(relink_once), 30.0),
    "look again at masks": (_by_one(recheck_masks), 3600.0),
    "look how far people are trusted": (_by_one(reckon_trust), 900.0),
    "ask for two steps": (_by_one(ask_two_steps), 60.0),
    "let go who leaves": (_by_one(let_go), 10.0),
    "back up": (back_up, 300.0),
    "warn of old backups": (_by_one(warn_of_old), 3600.0),
    "tune the database": (tune_database, 86400.0),
    "forget old searches": (forget_old, 21600.0),
    "forget counts of limits": (forget_counts, 3600.0),
    "forget old reads": (forget_reads, 21600.0),
    "throw away unused files": (_by_one(purge_uploads), 3600.0),
    "remind who was invited": (_by_one(remind_invited), 3600.0),
    "look for domains that are claimed": (_by_one(look_for_domains), 600.0),
    "forget old copies of data": (_by_one(forget_old_copies), 600.0),
    "forget network addresses": (_by_one(forget_addresses), 3600.0),
    "forget the unconfirmed": (_by_one(forget_unconfirmed), 3600.0),
}


async def write_down() -> None:
    """Write down what this process still holds in memory; for its end."""
    for chore, _ in _HELD.values():
        await chore()
