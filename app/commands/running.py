"""What every command needs: settings, an open database, and one way to answer."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict, is_dataclass
from functools import wraps
from typing import Any, TypeVar

import click

from app.kept_settings import bring_in_settings
from app.migration_line import refuse_other
from app.wiring import wire
from base import settings
from base.db import close, connect
from base.errors import Failure, Missing
from base.log import configure

Result = TypeVar("Result")


def as_json(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option --json."""
    return click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")(command)


def answer(result: object, *, json_: bool, lines: Callable[[Any], str]) -> None:
    """Print the result of a command, for people or for programs."""
    if not json_:
        click.echo(lines(result))
        return
    plain = asdict(result) if is_dataclass(result) and not isinstance(result, type) else result
    click.echo(json.dumps(plain, default=str, ensure_ascii=False, indent=2))


def complain(sentence: str, *, json_: bool = False, code: int = 1) -> "click.exceptions.Exit":
    """Say what is wrong on standard error and return the exception that ends the command."""
    click.echo(json.dumps({"error": sentence}) if json_ else f"commonplace: {sentence}", err=True)
    return click.exceptions.Exit(code)


def run(work: Callable[[], Coroutine[Any, Any, Result]], *, json_: bool = False) -> Result:
    """Run async work to its end; a failure becomes one clear line and exit code 1, Ctrl-C exit code 130."""
    try:
        return asyncio.run(work())
    except Failure as error:
        raise complain(error.sentence, json_=json_) from None
    except KeyboardInterrupt:
        raise complain("Stopped. Run it again to go on.", json_=json_, code=130) from None


def check_folder(now: settings.Settings) -> None:
    """Raise Missing when there is no data folder: the wrong one was given, or nothing was made yet."""
    if not now.data_dir.is_dir():
        raise Missing(f"There is no data folder {now.data_dir}; `commonplace init` makes one.")


@asynccontextmanager
async def opened() -> AsyncIterator[settings.Settings]:
    """Open the database of the settings in force, with every subscriber wired, for a command of the same version."""
    wire()
    check_folder(settings.get())
    await connect(settings.get().database)
    try:
        await refuse_other()
        await bring_in_settings()
        yield settings.get()
    finally:
        await close()


def with_database(work: Callable[..., Awaitable[Result]]) -> Callable[..., Coroutine[Any, Any, Result]]:
    """Let an async function run with the database open."""

    @wraps(work)
    async def inside(*given: Any, **named: Any) -> Result:
        async with opened():
            return await work(*given, **named)

    return inside


def choose_data(context: click.Context, data: str | None, more: Mapping[str, Any] | None = None) -> settings.Settings:
    """Load the settings for a data folder given to the group or to the command itself."""
    given = data or (context.obj or {}).get("data")
    try:
        now = settings.load(data_dir=given, **(more or {}))
    except ValueError as error:
        raise complain(f"The settings are not valid:\n{error}", code=2) from None
    configure(now.log_level, as_json=now.log_json)
    return now


def progress(total: int, label: str, *, json_: bool) -> Any:
    """Return a progress bar on standard error; it stays silent for programs and pipes."""
    hidden = json_ or not sys.stderr.isatty()
    return click.progressbar(length=total, label=label, file=sys.stderr, hidden=hidden)
