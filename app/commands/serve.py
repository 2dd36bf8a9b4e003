"""`commonplace serve`."""

import os
import socket
import sys
from typing import Any

import click

from app.commands.running import choose_data, complain, opened, run
from app.demo.ledger import has_sign_ins, is_empty
from app.demo.sign_ins import sign_ins
from app.prepare import only_server, prepare
from app.serving import serve_on
from app.setup_link import setup_address
from app.workers import Workers
from base import settings
from base.db import take_turns, transaction
from base.errors import Conflict, Refused
from base.settings import LOOPBACK, Settings

_FIRST_PASSED = 3
"""The number of the first open socket that systemd passes on."""
_FILLING = 7_103_556_822
"""The lock of PostgreSQL under which the demonstration is made."""


@click.command()
@click.option("--host", metavar="H", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="P", help="Port to listen on. [default: 8000]")
@click.option("--data", metavar="DIR", help="Folder of the database, the index, uploads and mail. [default: data]")
@click.option("--demo/--no-demo", default=None, help="Fill an empty site with a demonstration network. [default: demo]")
@click.option("--workers", type=int, metavar="N", help="Server processes; more than one need PostgreSQL. [default: 1]")
@click.option("--on", "passed", type=int, hidden=True, help="Be a worker on this open socket.")
@click.pass_context
def serve(context: click.Context, /, data: str | None, passed: int | None, **given: Any) -> None:
    """Set up what is missing and serve the site until it is stopped."""
    now = choose_data(context, data, given)
    if passed is not None:
        serve_on(socket.socket(fileno=passed), life=socket.socket(fileno=sys.stdin.fileno()))
        return
    _check_workers(now)
    listener = _listen(now)
    try:
        shows_demo, setup = run(lambda: _get_ready(now))
        _greet(settings.get(), shows_demo, setup)
        with only_server(now):
            _serve(now, listener)
    except Conflict as error:
        raise complain(error.sentence) from None
    finally:
        listener.close()


def _check_workers(now: Settings) -> None:
    if now.workers == 1:
        return
    if now.database.startswith("sqlite://"):
        raise complain("SQLite serves one process. For more workers set database_url to a PostgreSQL database.", code=2)
    if now.search_engine != "postgres":
        raise complain(
            "The embedded index belongs to one process. For more workers set search_engine to postgres.", code=2
        )


def _serve(now: Settings, listener: socket.socket) -> None:
    if now.workers == 1:
        serve_on(listener)
        return
    Workers(
        now.workers, ["serve", "--data", str(now.data_dir), "--host", now.host, "--port", str(now.port)], listener
    ).run()


def _listen(now: Settings) -> socket.socket:
    """Take the port before anything else, so that a taken one is said at once and nothing was changed.

    Where systemd listens already (a .socket unit), its socket is the one: it stays open while this program restarts.
    """
    if os.environ.get("LISTEN_PID") == str(os.getpid()) and os.environ.get("LISTEN_FDS") == "1":
        return socket.socket(fileno=_FIRST_PASSED)
    family = socket.AF_INET6 if ":" in now.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((now.host, now.port))
    except OSError as error:
        listener.close()
        sentence = f"Cannot listen on {now.host} port {now.port}: {error.strerror}. Choose another with --port."
        raise complain(sentence) from None
    return listener


async def _get_ready(now: Settings) -> tuple[bool, str]:
    """Bring schema and demonstration into place; return whether its sign-ins are there, and where to set it up."""
    await prepare(now)
    loopback = now.host in LOOPBACK
    async with opened():
        if now.demo and loopback and await is_empty():
            await _fill()
        found, setup = await has_sign_ins(), await setup_address()
    if found and not loopback:
        raise Refused(
            f"This site has demonstration sign-ins, whose passwords everybody knows, so it does not listen on "
            f"{now.host}. Remove them first: commonplace --data {now.data_dir} demo --remove"
        )
    return found, setup


async def _fill() -> None:
    async with transaction():
        if await take_turns(_FILLING) and not await is_empty():  # another server was at it
            return
        click.echo("First start: filling the site with a demonstration network …", err=True)
        from app.demo.fill import fill_demo  # a server that has no need of it does not keep it in memory

        await fill_demo()


def _greet(now: Settings, shows_demo: bool, setup: str) -> None:
    click.echo(f"\n  {now.site_name} is at  {now.address}\n  Its data is in {now.data_dir.resolve()}\n")
    if shows_demo:
        width = max(len(one.email) for one in sign_ins())
        click.echo("  Demonstration sign-ins (remove them with: commonplace demo --remove):")
        for one in sign_ins():
            click.echo(f"    {one.email:<{width}}  {one.password}   {one.what}")
        click.echo("  To make this site yours, remove them: that prints the address at which to set it up.\n")
    if setup:
        click.echo(f"  Nobody runs this site yet. Whoever opens this address becomes its administrator:\n    {setup}\n")
    click.echo("  Stop with Ctrl-C.\n")
