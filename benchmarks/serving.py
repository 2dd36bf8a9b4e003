"""Real servers in processes of their own, how much of the machine they use, and wrk against them."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote_plus

import httpx2

ROOT: Final = Path(__file__).resolve().parent.parent
_TICKS: Final = os.sysconf("SC_CLK_TCK")
_ROW: Final = re.compile(r"requests=(\d+) seconds=([\d.]+) p50=([\d.]+) p99=([\d.]+) errors=(\d+) bytes=(\d+)")
# Tells what it saw in one line; a script may count as `wrong` what wrk itself takes for an answer.
_DONE: Final = """
wrong = 0
local only
setup = function(thread) only = thread end
done = function(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("requests=%d seconds=%.3f p50=%.3f p99=%.3f errors=%d bytes=%d\\n", summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout + only:get("wrong"), summary.bytes))
end
"""
# Asks for the addresses in turn, with the headers given.
_ASK: Final = """
local paths = {{{paths}}}
local place = 0
wrk.headers = {{{headers}}}
request = function()
  place = place % #paths + 1
  return wrk.format("GET", paths[place])
end
"""
# Sends a form to the addresses in turn, each time with another text and key; right is only to be led to what was made.
_SEND: Final = """
local paths = {{{paths}}}
local turn = 0
local start = os.time()
wrk.headers = {{{headers}, ["Content-Type"] = "application/x-www-form-urlencoded"}}
request = function()
  turn = turn + 1
  local key = string.format("%d.%d", start, turn)
  return wrk.format("POST", paths[turn % #paths + 1], nil, "body={body}+" .. key .. "&once=" .. key)
end
response = function(status, headers)
  local place = headers["location"] or headers["Location"] or ""
  if status < 400 and (status ~= 303 or not string.find(place, "#post-", 1, true)) then
    wrong = wrong + 1
  end
end
"""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs, with its children if it has any."""

    address: str
    pid: int

    def _pids(self) -> list[int]:
        found = [self.pid]
        for one in found:
            for tasks in Path(f"/proc/{one}/task").glob("*/children"):
                found += [int(pid) for pid in tasks.read_text().split()]
        return found

    def cpu(self) -> float:
        """Return the seconds of processor that it has used."""
        used = 0
        for pid in self._pids():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used += int(fields[11]) + int(fields[12])
        return used / _TICKS

    def memory(self) -> float:
        """Return the MiB of memory that it holds (proportional set size)."""
        total = 0
        for pid in self._pids():
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
        return total / 1024


@dataclass(frozen=True, slots=True)
class Seen:
    """What wrk saw."""

    rps: float
    p50_ms: float
    p99_ms: float
    cpu_us: float
    errors: int
    bytes: float


def free_port() -> int:
    """Return a port that is free now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def running(words: Sequence[str], port: int, path: str, log: Path, **environment: str) -> Iterator[Server]:
    """Run a server of this program until the block is left; it is up once `path` answers."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("COMMONPLACE_")}
    with log.open("ab") as out:
        process = subprocess.Popen(
            [sys.executable, *words], cwd=ROOT, env=outside | environment, stdout=out, stderr=subprocess.STDOUT
        )
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    try:
        until = time.monotonic() + 600
        while True:
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the server did not come up: see {log}\n{log.read_text()[-2000:]}")
            try:
                if httpx2.get(server.address + path, timeout=5).status_code == 200:
                    break
            except httpx2.HTTPError:
                pass
            time.sleep(0.2)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)


def drive(
    server: Server, paths: Sequence[str], folder: Path, *, seconds: float, clients: int, headers: dict[str, str]
) -> Seen:
    """Let wrk ask for these paths in turn for so long, from so many connections."""
    script = _ASK.format(paths=_listed(paths), headers=_named(headers))
    return _wrk(server, script, folder / "drive.lua", seconds, clients)


def send(
    server: Server, paths: Sequence[str], folder: Path, *, seconds: float, clients: int, cookie: str, body: str
) -> Seen:
    """Let wrk send a form with this text, and more that is new each time, to these paths in turn."""
    script = _SEND.format(paths=_listed(paths), headers=_named({"Cookie": cookie}), body=quote_plus(body))
    return _wrk(server, script, folder / "send.lua", seconds, clients)


def _listed(paths: Sequence[str]) -> str:
    return ", ".join(f'"{one}"' for one in paths)


def _named(headers: dict[str, str]) -> str:
    return ", ".join(f'["{name}"] = "{value}"' for name, value in headers.items())


def _wrk(server: Server, words: str, script: Path, seconds: float, clients: int) -> Seen:
    script.write_text(words + _DONE)
    before = server.cpu()
    length = f"-d{max(1, round(seconds))}s"
    told = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", length, "--timeout", "30s", "-s", str(script), server.address],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    found = _ROW.search(told)
    if not found:
        raise RuntimeError(f"wrk said nothing that can be read: {told}")
    requests, took, p50, p99, errors, size = (float(one) for one in found.groups())
    used = server.cpu() - before
    return Seen(requests / took, p50, p99, used / max(requests, 1) * 1e6, int(errors), size / max(requests, 1))
