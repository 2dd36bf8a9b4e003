"""Serve the site on a socket that somebody else has opened, until a signal ends it; nothing under way is dropped."""

import asyncio
import gc
import resource
import socket
from typing import Final

import uvicorn

from app.create import create_app
from app.memory import give_back, keep_together, share_methods
from base.web import connections
from base.web.connections import Connection, drain
from members.live import end_all

_FILES: Final = 32_768
_FILES_OF_OURS: Final = 200
GRACE_SECONDS: Final = 20
"""So long may requests take that are under way when the server stops."""


class Server(uvicorn.Server):
    """A server that first answers whoever has come, and ends the connections which wait for news."""

    def __init__(self, config: uvicorn.Config, life: socket.socket | None = None) -> None:
        super().__init__(config)
        self._life: Final = life

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start serving; a worker ends together with the process that started it."""
        await super().startup(sockets)
        # What the program itself consists of stays. To look through all of it for garbage, as is done now and then,
        # would hold up everybody for a tenth of a second.
        gc.collect()
        gc.freeze()
        give_back()
        if self._life is not None:
            self._life.setblocking(False)
            asyncio.get_running_loop().add_reader(self._life, self._orphaned)
            try:
                self._life.send(b"s")
            except OSError:  # it ended while this one started
                self._orphaned()

    def _orphaned(self) -> None:
        """Stop when the other end is gone: nothing else is ever sent."""
        if self._life is not None:
            asyncio.get_running_loop().remove_reader(self._life)
        self.should_exit = True

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving: those who are connected are answered and told to come again elsewhere."""
        for server in self.servers:
            server.close()
        end_all()
        await drain(self.server_state.connections)
        await super().shutdown(sockets)


def raise_limits() -> None:
    """Let this process open as many files and connections as it may."""
    most, allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if allowed == resource.RLIM_INFINITY else min(_FILES, allowed)
    if most != resource.RLIM_INFINITY and most < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, allowed))
        most = wanted
    if most != resource.RLIM_INFINITY:
        # Some are for the database, the index and what is read or sent.
        connections.limit(max(64, most - _FILES_OF_OURS))


def serve_on(listener: socket.socket, life: socket.socket | None = None) -> None:
    """Serve on this socket; with `life`, until the other end of that line is closed (it is told of the start)."""
    raise_limits()
    keep_together()
    share_methods()
    config = uvicorn.Config(
        create_app(),
        http=Connection,
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    Server(config, life).run(sockets=[listener])
