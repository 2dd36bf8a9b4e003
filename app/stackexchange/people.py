"""People of a dump become staged members: known by name, never signed in, to be claimed by proof of e-mail."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.stackexchange.dump import Row, rows_of
from app.stackexchange.origins import Known
from app.stackexchange.report import Report
from app.stackexchange.values import EPOCH, line, moment
from base.db import rows, transaction
from base.journal import record
from base.text.clean import clean_text
from base.text.from_html import to_markdown
from base.text.slug import slugify
from members.models import Member

KIND: Final = "people"
UNKNOWN: Final = "unknown author"
_MD5: Final = re.compile(r"[0-9a-f]{32}")


class People:
    """Finds or makes the member for a person of the dump."""

    def __init__(self, known: Known, report: Report) -> None:
        """Work with what is known, and report what is made."""
        self._known, self._report = known, report
        self._handles: set[str] = set()

    async def load(self) -> None:
        """Read which handles are taken."""
        self._handles = {row["handle"] for row in await rows("SELECT handle FROM members")}

    async def read(self, file: Path, step: Callable[[int], object]) -> None:
        """Read Users.xml."""
        for row in rows_of(file, self._report.note, step):
            id_, name = row.get("Id", ""), line(row, "DisplayName", 80)
            if not id_:
                self._report.skip(KIND, f"Users.xml: {name or 'somebody'} has no Id and was left out.")
            elif self._known.get(KIND, id_) is not None:
                self._report.count_already(KIND)
            else:
                await self._make(id_, name or f"user{id_}", row)

    async def author(self, id_: str, name: str) -> int:
        """Return the member for an author: by id, else by the name alone, else somebody unknown."""
        if id_ and (found := self._known.get(KIND, id_)) is not None:
            return found
        if id_:
            return await self._make(id_, name or f"user{id_}", {})
        key = f"name:{name or UNKNOWN}"
        found = self._known.get(KIND, key)
        return found if found is not None else await self._make(key, name or UNKNOWN.capitalize(), {})

    async def _make(self, external_id: str, name: str, row: Row) -> int:
        self._report.count_made(KIND)
        if self._report.dry_run:
            await self._known.keep(KIND, external_id, 0, dry_run=True)
            return 0
        bio = clean_text(to_markdown(row.get("AboutMe", "")), multiline=True)[:5_000]
        async with transaction():
            member = await Member.create(
                handle=self._free_handle(name),
                name=name,
                state="staged",
                bio=bio,
                created_at=moment(row, "CreationDate") or EPOCH,
            )
            await self._known.keep(KIND, external_id, member.id)
            proof = row.get("EmailHash", "").strip().lower()
            if _MD5.fullmatch(proof) and self._known.get("email_md5", proof) is None:
                await self._known.keep("email_md5", proof, member.id)
            await record("member.staged", actor_id=None, subject_id=member.id, quiet=True)
        return int(member.id)

    def _free_handle(self, name: str) -> str:
        wanted = slugify(name, limit=32)
        handle, number = wanted, 2
        while handle in self._handles:
            handle, number = f"{wanted}-{number}", number + 1
        self._handles.add(handle)
        return handle
