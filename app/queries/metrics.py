"""What a monitoring system wants to know, in the text format of Prometheus."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

from app.process import all_counts
from app.queries.backups import last_backup
from app.queries.running import disk_free, index, letters, owed
from base.settings import VERSION
from base.web.observed import BOUNDS
from search_index.found import Health

Sample = tuple[str, dict[str, str], float]
MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


async def metrics() -> str:
    """Return every figure: those of a process for each process of this machine, the others once."""
    processes = await all_counts()
    families = [*_of_processes(processes), *await _of_the_site()]
    return "".join(_family(*one) for one in families)


def _of_processes(processes: list[dict[str, Any]]) -> Iterator[tuple[str, str, str, list[Sample]]]:
    def each(name: str, pick: str, place: int | None = None) -> list[Sample]:
        return [
            (name, {"process": one["process"]}, one[pick] if place is None else one[pick][place]) for one in processes
        ]

    yield "commonplace_info", "gauge", "The version that runs.", [("commonplace_info", {"version": VERSION}, 1)]
    requests = [(one["process"], row) for one in processes for row in one["requests"]]
    name = "commonplace_request_duration_seconds"
    samples = [sample for process, row in requests for sample in _histogram(name, process, row)]
    yield name, "histogram", "Time until an answer began, by method, route and kind of status.", samples
    name = "commonplace_database_statements_total"
    yield name, "counter", "Statements sent to the database.", each(name, "statements", 0)
    name = "commonplace_database_seconds_total"
    yield name, "counter", "Seconds waited for the database.", each(name, "statements", 1)
    name = "commonplace_database_slow_statements_total"
    yield name, "counter", "Statements slower than slow_query_ms.", each(name, "statements", 2)
    name = "commonplace_process_resident_memory_bytes"
    yield name, "gauge", "Memory of the process.", each(name, "memory")
    name = "commonplace_process_start_time_seconds"
    yield name, "gauge", "When the process started, since 1970.", each(name, "started")
    name = "commonplace_live_listeners"
    yield name, "gauge", "Open pages that follow the inbox.", each(name, "listeners")


def _histogram(name: str, process: str, row: list[Any]) -> Iterator[Sample]:
    method, route, status, count, seconds, within = row
    labels = {"method": method, "route": route, "status": status, "process": process}
    below = 0
    for bound, number in zip(BOUNDS, within, strict=False):
        below += number
        yield f"{name}_bucket", {**labels, "le": str(bound)}, below
    yield f"{name}_bucket", {**labels, "le": "+Inf"}, count
    yield f"{name}_sum", labels, seconds
    yield f"{name}_count", labels, count


async def _of_the_site() -> list[tuple[str, str, str, list[Sample]]]:
    waiting, mail, search = await owed(), await letters(), index()
    health = search.health or Health("")
    backup = await last_backup()

    def by_subscriber(name: str, pick: str) -> list[Sample]:
        return [(name, {"subscriber": one.subscriber}, float(getattr(one, pick))) for one in waiting]

    def one(name: str, value: float) -> list[Sample]:
        return [(name, {}, value)]

    families = [
        ("commonplace_journal_waiting", "What subscribers are still owed.", by_subscriber, "waiting"),
        ("commonplace_journal_oldest_seconds", "Age of the oldest of it.", by_subscriber, "seconds"),
        ("commonplace_journal_dead", "What was tried too often and given up.", by_subscriber, "dead"),
        ("commonplace_mail_waiting", "Letters that wait.", one, mail.waiting),
        ("commonplace_mail_failed", "Letters that were given up.", one, mail.failed),
        ("commonplace_index_usable", "Whether search can answer.", one, int(search.usable)),
        (
            "commonplace_index_documents",
            "Documents in the index.",
            one,
            health.documents,
        ),
        ("commonplace_index_bytes", "Size of the index.", one, health.disk_bytes),
        ("commonplace_disk_free_bytes", "Free where the data folder is.", one, disk_free()),
    ]
    found = [(name, "gauge", about, make(name, given)) for name, about, make, given in families]  # type: ignore[operator]
    name = "commonplace_last_backup_timestamp_seconds"
    found.append((name, "gauge", "When the newest good backup was made; 0 is never.", one(name, _stamp(backup.at))))
    return found


def _stamp(at: Any) -> float:
    return at.timestamp() if at else 0.0


def _family(name: str, kind: str, about: str, samples: Iterable[Sample]) -> str:
    lines = [f"# HELP {name} {about}", f"# TYPE {name} {kind}"]
    for sample, labels, value in samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{sample}{{{inside}}} {value}" if inside else f"{sample} {value}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
