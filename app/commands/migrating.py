"""`commonplace migrate`."""

import click

from app.commands.running import answer, as_json, choose_data, run
from app.migrate import MigrationReport
from app.migrate import migrate as bring_up_to_date
from app.prepare import make_places


@click.command()
@click.option("--dry-run", is_flag=True, help="Show what would be done, and change nothing.")
@as_json
@click.pass_context
def migrate(context: click.Context, dry_run: bool, json_: bool) -> None:
    """Bring the database schema up to date, after a backup; all steps or none."""
    now = choose_data(context, None)
    make_places(now)

    async def work() -> MigrationReport:
        return await bring_up_to_date(now.database, dry_run=dry_run, backup_to=now.data_dir / "backups")

    answer(run(work, json_=json_), json_=json_, lines=_lines)


def _lines(report: MigrationReport) -> str:
    if report.statements:
        return "\n".join([f"Would apply {', '.join(report.pending)}:", *report.statements])
    if not report.applied:
        return "Nothing to do: the schema is up to date."
    steps = [f"  {name}  {report.seconds.get(name, 0):.2f} s" for name in report.applied]
    return "\n".join(["Applied:", *steps, f"Backup: {report.backup or 'none was needed'}"])
