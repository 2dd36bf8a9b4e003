"""Connect the models to SQLite or PostgreSQL, once for the whole process."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast
from urllib.parse import parse_qsl

from tortoise.backends.base.config_generator import expand_db_url
from tortoise.backends.base.executor import EXECUTOR_CACHE
from tortoise.connection import get_connection
from tortoise.context import TortoiseContext
from tortoise.exceptions import ConfigurationError
from tortoise.transactions import in_transaction

from base.db.model import forget_late

if TYPE_CHECKING:  # Tortoise imports the one that is used: the driver of the other would only slow the start
    from base.db.postgres_backend import PostgresBackend
    from base.db.sqlite_backend import SqliteStatements

Dialect = Literal["sqlite", "postgres"]

MODEL_MODULES: Final = (
    "base.limit_counts",
    "base.journal.models",
    "base.mail.models",
    "base.origins.models",
    "members.models",
    "forum.models",
    "kb.models",
    "search_index.models",
    "app.models",
)
NAME: Final = "default"
_OF_POSTGRES: Final = ("host", "port", "user", "password", "database", "ssl", "passfile")

Client: TypeAlias = "SqliteStatements | PostgresBackend"

_open: Final[list[TortoiseContext]] = []
_whole: Final[list[Client]] = []


def _address(url: str) -> dict[str, Any]:
    scheme, _, rest = url.partition("://")
    if scheme == "sqlite":
        # Not Tortoise's parser: it adds settings of its own, which the backend chooses for itself.
        path, _, settings = rest.partition("?")
        return {"engine": "base.db.sqlite_backend", "credentials": {"file_path": path, **dict(parse_qsl(settings))}}
    if scheme in ("asyncpg", "postgres", "postgresql"):
        return expand_db_url(url) | {"engine": "base.db.postgres_backend"}
    raise ConfigurationError(f"not a database this program knows: {scheme}")


def postgres_address(url: str) -> dict[str, Any]:
    """Return where the PostgreSQL database at `url` is, as asyncpg's own `connect` takes it."""
    given = expand_db_url(url)["credentials"]
    return {name: given[name] for name in _OF_POSTGRES if given.get(name) is not None}


def orm_config(url: str, modules: Sequence[str] = MODEL_MODULES) -> dict[str, Any]:
    """Return Tortoise's configuration for the database at `url`: one app, one line of migrations, UTC."""
    return {
        "connections": {NAME: _address(url)},
        "apps": {"models": {"models": list(modules), "default_connection": NAME}},
        "use_tz": True,
        "timezone": "UTC",
    }


async def connect(url: str, modules: Sequence[str] = MODEL_MODULES) -> None:
    """Open the database at `url` for every task of this process, and fail at once if it cannot be opened."""
    if _open:
        raise RuntimeError("The database is already open in this process.")
    context = TortoiseContext()
    with context:
        # The global fallback: requests run in tasks that do not inherit the context of the task that started the app.
        await context.init(config=orm_config(url, modules), _enable_global_fallback=True)
        for model in context.apps.get_models_iterable() if context.apps else ():
            forget_late(model)
    _open.append(context)
    try:
        await client().create_connection(with_db=True)
        await client().execute_query("SELECT 1")
        _whole[:] = [client()]
    except BaseException:
        await close()
        raise


async def close() -> None:
    """Close the database; harmless when it is not open."""
    _whole.clear()
    while _open:
        await _open.pop().close_connections()
    EXECUTOR_CACHE.clear()  # statements written for one engine would be sent to the next


def client() -> Client:
    """Return what runs statements for the current task: its transaction, or the open database."""
    return cast(Client, get_connection(NAME))


def whole() -> Client:
    """Return what runs statements outside of every transaction, found without a search through contexts."""
    return _whole[0] if _whole else client()


def dialect() -> Dialect:
    """Say which engine is open."""
    return cast(Dialect, client().capabilities.dialect)


def is_in_transaction() -> bool:
    """Say whether what this task writes now belongs to a transaction that is still open."""
    ownership = getattr(client(), "ownership", None)
    return ownership is not None and not ownership.over


@asynccontextmanager
async def transaction() -> AsyncIterator[None]:
    """Make the statements of a block happen together or not at all; inside another transaction, a savepoint."""
    async with in_transaction(NAME):
        yield
