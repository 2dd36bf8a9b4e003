"""`commonplace serve`."""

import socket

import click
import uvicorn

from app.commands.running import choose_data, complain, opened, run
from app.create import create_app
from app.demo.fill import fill_demo, has_sign_ins, is_empty
from app.demo.sign_ins import sign_ins
from app.prepare import only_server, prepare
from app.setup_link import setup_address
from base import settings
from base.errors import Conflict, Refused
from base.settings import LOOPBACK, Settings
from members.live import end_all

GRACE_SECONDS = 20


@click.command()
@click.option("--host", metavar="H", help="Address to listen on. [default: 127.0.0.1]")
@click.option("--port", type=int, metavar="P", help="Port to listen on. [default: 8000]")
@click.option("--data", metavar="DIR", help="Folder of the database, the index, uploads and mail. [default: data]")
@click.option("--demo/--no-demo", default=None, help="Fill an empty site with a demonstration network. [default: demo]")
@click.pass_context
def serve(context: click.Context, host: str | None, port: int | None, data: str | None, demo: bool | None) -> None:
    """Set up what is missing and serve the site until it is stopped."""
    now = choose_data(context, data, {"host": host, "port": port, "demo": demo})
    listener = _listen(now)
    try:
        shows_demo, setup = run(lambda: _get_ready(now))
        _greet(settings.get(), shows_demo, setup)
        with only_server(now):
            _serve(listener)
    except Conflict as error:
        raise complain(error.sentence) from None
    finally:
        listener.close()


def _listen(now: Settings) -> socket.socket:
    """Take the port before anything else, so that a taken one is said at once and nothing was changed."""
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
            click.echo("First start: filling the site with a demonstration network …", err=True)
            await fill_demo()
        found, setup = await has_sign_ins(), await setup_address()
    if found and not loopback:
        raise Refused(
            f"This site has demonstration sign-ins, whose passwords everybody knows, so it does not listen on "
            f"{now.host}. Remove them first: commonplace --data {now.data_dir} demo --remove"
        )
    return found, setup


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


class _Server(uvicorn.Server):
    """A server that ends the connections which wait for news, before it waits for the others to end."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop serving."""
        end_all()
        await super().shutdown(sockets)


def _serve(listener: socket.socket) -> None:
    config = uvicorn.Config(
        create_app(),
        http="httptools",  # h11 keeps a connection open after smuggled requests
        ws="none",
        lifespan="on",
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=20,
        timeout_graceful_shutdown=GRACE_SECONDS,
        h11_max_incomplete_event_size=65536,
    )
    _Server(config).run(sockets=[listener])
