"""Ask without a pause while server processes are ended, and count what was not answered.

python benchmarks/restarts.py ADDRESS PID [--seconds 30] [--every 8] [--clients 8] [--hup] [--json]

PID is the process that `commonplace serve --workers N` began with. Now and then one of its workers gets SIGTERM (with
--hup the first process gets SIGHUP once, and replaces all of them). Each client keeps its connection, as
browsers and proxies do, and also opens a new one for every tenth request.
"""

import argparse
import http.client
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

PATHS: Final = ("/", "/api/v1/threads", "/search?q=handover", "/healthz")


def workers_of(parent: int) -> list[int]:
    """Return the processes that another one has started."""
    return [int(one) for one in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]


class Client(threading.Thread):
    """Asks one page after the other, and counts the answers and what went wrong."""

    def __init__(self, host: str, until: float, counts: Counter[str]) -> None:
        super().__init__()
        self.host, self.until, self.counts = host, until, counts

    def run(self) -> None:
        """Ask until the time is over."""
        connection = http.client.HTTPConnection(self.host, timeout=60)
        turn = 0
        while time.monotonic() < self.until:
            turn += 1
            if turn % 10 == 0:
                connection.close()
            try:
                connection.request("GET", PATHS[turn % len(PATHS)])
                answer = connection.getresponse()
                answer.read()
                self.counts[str(answer.status)] += 1
            except (OSError, http.client.HTTPException) as error:
                self.counts[f"not answered: {type(error).__name__}"] += 1
                connection.close()
        connection.close()


def main() -> int:
    """Measure and report."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("address")
    asked.add_argument("pid", type=int)
    asked.add_argument("--seconds", type=float, default=30)
    asked.add_argument("--every", type=float, default=8, help="seconds from one SIGTERM to the next")
    asked.add_argument("--clients", type=int, default=8)
    asked.add_argument("--hup", action="store_true")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    until, counts = time.monotonic() + given.seconds, Counter[str]()
    clients = [Client(urlsplit(given.address).netloc, until, counts) for _ in range(given.clients)]
    for one in clients:
        one.start()
    ended = 0
    if given.hup:
        time.sleep(2)
        os.kill(given.pid, signal.SIGHUP)
    while time.monotonic() < until - given.every:
        time.sleep(given.every)
        if given.hup:
            continue
        running = workers_of(given.pid)
        if running:
            os.kill(running[ended % len(running)], signal.SIGTERM)
            ended += 1
        print(f"\r{ended} ended, {sum(counts.values())} answers", end="", file=sys.stderr)
    for one in clients:
        one.join()
    print(file=sys.stderr)
    print(json.dumps({"ended": ended} | counts) if given.json else f"{ended} ended; {dict(counts)}")
    return 1 if any(name.startswith("not") for name in counts) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
