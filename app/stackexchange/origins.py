"""What earlier runs (and this one) have made: outside ids to ours, so that nothing is made twice."""

from base.db import rows
from base.origins.models import Origin


class Known:
    """The outside ids of one system that have a row here; kept in memory while an import runs."""

    def __init__(self, system: str) -> None:
        """Name the system; `load` reads what is known."""
        self.system = system
        self._ids: dict[tuple[str, str], int] = {}

    async def load(self) -> None:
        """Read what earlier runs made."""
        found = await rows("SELECT kind, external_id, subject_id FROM origins WHERE system = ?", self.system)
        self._ids = {(row["kind"], row["external_id"]): row["subject_id"] for row in found}

    def get(self, kind: str, external_id: str) -> int | None:
        """Return our id for an outside one."""
        return self._ids.get((kind, external_id))

    async def keep(self, kind: str, external_id: str, subject_id: int, *, dry_run: bool = False) -> None:
        """Remember our id, in the transaction that makes the row."""
        if not dry_run:
            await Origin.create(system=self.system, kind=kind, external_id=external_id, subject_id=subject_id)
        self._ids[kind, external_id] = subject_id

    def forget(self, kind: str, external_id: str) -> None:
        """Forget an id whose transaction failed."""
        self._ids.pop((kind, external_id), None)
