"""The chore of backing up: in a process of its own, so that it slows nobody down."""

import asyncio
import os
import sys
from pathlib import Path
from typing import Final

from app.actions.note_backup import note_failed
from app.backup.schedule import is_due
from base import settings
from base.log import logger
from base.settings import Settings

COMMAND: Final = [sys.executable, "-m", "app", "backup", "--scheduled", "--json"]
_ROOT: Final = Path(__file__).resolve().parents[1]


async def back_up() -> None:
    """Make the backup that is due, if one is. A chore; several servers may ask, one does it."""
    now = settings.get()
    if not await is_due(now):
        return
    process = await asyncio.create_subprocess_exec(
        *COMMAND,
        env=_environment(now), stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        said = (await process.communicate())[1].decode(errors="replace").strip()
    except asyncio.CancelledError:
        process.terminate()  # it leaves nothing half done
        await process.wait()
        raise
    if process.returncode:
        trouble = said.splitlines()[-1] if said else f"it ended with {process.returncode}"
        logger("backup").error("backup failed", trouble=said[-2000:], status=process.returncode)
        await note_failed(_sentence(trouble))


def _environment(now: Settings) -> dict[str, str]:
    """Return the settings in force, which may come from the words of a command, for another process."""
    given = {
        "COMMONPLACE_DATA_DIR": str(now.data_dir.resolve()),
        "COMMONPLACE_DATABASE_URL": now.database,
        "COMMONPLACE_BACKUP_HOURS": str(now.backup_hours),
        "COMMONPLACE_BACKUP_KEEP": str(now.backup_keep),
        "COMMONPLACE_BACKUP_PASSPHRASE_FILE": now.backup_passphrase_file,
        "PYTHONPATH": os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", "")))),
    }
    return {**os.environ, **given}


def _sentence(line: str) -> str:
    """Return what a command said, without the form in which it says it to programs."""
    return line.removeprefix('{"error": "').removesuffix('"}')
