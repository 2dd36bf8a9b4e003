"""Programs in processes of their own, begun as copies of one that has imported them: the import is most of the time.

They are as apart as any process: environment, folder, signals, exit code. Where it matters how a process begins,
tests start `python -m app`.
"""

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[1]
_KIND: Final = multiprocessing.get_context("forkserver")
_KIND.set_forkserver_preload(["app.cli", "tests.search_index.victim"])

Output = Path | Connection | None


class Forked:
    """A process that runs a module as its program; used as a `subprocess.Popen` is."""

    def __init__(
        self, module: str, *words: str, out: Output = None, errors: Path | None = None,
        env: Mapping[str, str] | None = None, cwd: Path = ROOT,
    ) -> None:  # fmt: skip
        given = dict(os.environ if env is None else env)
        self._process = _KIND.Process(target=_work, args=(module, words, out, errors, given, cwd), daemon=True)
        self._words = [module, *words]
        self._process.start()
        self.pid = self._process.pid or 0

    @property
    def returncode(self) -> int | None:
        """Return how it ended: 0, what it said, or the signal below 0."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return how it ended, or nothing while it runs."""
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end."""
        self._process.join(timeout)
        if (code := self.returncode) is None:
            raise subprocess.TimeoutExpired(self._words, timeout or 0)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self.returncode is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def run(
    module: str, *words: str, env: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """Run a module as a program to its end, and return what it said."""
    with tempfile.TemporaryDirectory() as folder:
        out, errors = Path(folder, "out"), Path(folder, "errors")
        code = Forked(module, *words, out=out, errors=errors, env=env, cwd=cwd).wait()
        return subprocess.CompletedProcess([module, *words], code, out.read_text(), errors.read_text())


def _work(
    module: str, words: tuple[str, ...], out: Output, errors: Path | None, env: dict[str, str], cwd: Path
) -> None:
    os.environ.clear()
    os.environ.update(env)
    for number, to in ((1, out), (2, errors)):
        _lead(number, to)
    os.chdir(cwd)
    sys.argv = [module, *words]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _lead(number: int, to: Output) -> None:
    """Let what is written to standard output, or to standard error, go elsewhere."""
    if isinstance(to, Connection):
        os.dup2(to.fileno(), number)
    else:
        opened = os.open(to or os.devnull, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(opened, number)
        os.close(opened)
