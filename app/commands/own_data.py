"""`commonplace user erase`, `erase-again` and `export`: own data, for those who cannot do it on the site.

Its commands join those of app/commands/people.py.
"""

from pathlib import Path
from typing import Any

import anyio
import click

from app.commands.people import do, member_named, user
from app.commands.running import as_json
from app.leaving.ledger import ledger_of, read_ledger, send_away_again
from app.own_data.write import count, write_copy
from base import settings
from base.db import alone
from base.errors import Conflict, Missing
from members.actions.leave import Erasure, erase_member
from members.actions.let_go import let_go
from members.queries.viewer import viewer_of_member
from members.viewer import OPERATOR

_LATER = "A running server makes a fresh search index; without one, do so: commonplace reindex"


async def _let_go() -> None:
    async with alone("let_go") as mine:  # else a server is at it already
        if mine:
            await let_go()


@user.command()
@click.argument("who")
@click.option("--withdraw", is_flag=True, help="What they wrote goes, too.")
@click.option("--reason", required=True, metavar="R", help="Why; kept in the journal. Name nobody in it.")
@as_json
@click.pass_context
def erase(context: click.Context, *, who: str, withdraw: bool, reason: str, json_: bool) -> None:
    """Erase somebody who asked for it: at once and for ever."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        kind = "withdraw" if withdraw else "erase"
        await erase_member(OPERATOR, member.id, Erasure.read({"kind": kind, "reason": reason}))
        await _let_go()
        return {"id": member.id, "kind": kind}

    do(context, work, json_=json_, lines=lambda done: f"Number {done['id']} is erased. {_LATER}")


@user.command("erase-again")
@click.option("--erasures", type=click.Path(dir_okay=False, exists=True, path_type=Path), metavar="FILE")
@as_json
@click.pass_context
def erase_again(context: click.Context, *, erasures: Path | None, json_: bool) -> None:
    """Erase again whom an older backup brought back, as the file erasures.jsonl says."""

    async def work() -> dict[str, Any]:
        made = await send_away_again(read_ledger(erasures or ledger_of(settings.get())))
        await _let_go()
        return {"erased": len(made)}

    do(context, work, json_=json_, lines=lambda done: f"{done['erased']} erased again. {_LATER}")


@user.command("export")
@click.argument("who")
@click.argument("file", type=click.Path(path_type=Path))
@as_json
@click.pass_context
def export_(context: click.Context, *, who: str, file: Path, json_: bool) -> None:
    """Write the copy of somebody's data into a new ZIP, to be handed to nobody but them."""

    async def work() -> dict[str, Any]:
        member = await member_named(who)
        viewer = await viewer_of_member(member.id)
        if viewer is None or member.state == "gone":
            raise Missing("There is nobody any more.")
        if await anyio.Path(file).exists():
            raise Conflict(f"{file} is there already; choose another name.")
        size = await write_copy(viewer, member.email or "", file, _nothing)
        return {"id": member.id, "file": str(file), "bytes": size, "pieces": await count(viewer.ids)}

    do(context, work, json_=json_, lines=lambda done: f"{done['file']}: {done['bytes']} bytes.")


async def _nothing(part: str, done: int) -> None:
    return None
