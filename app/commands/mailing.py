"""`commonplace mail-test`."""

import click

from app.commands.running import answer, as_json, choose_data, opened, run
from base import settings
from base.errors import Invalid
from base.mail import normal_address
from base.mail.attempt import MailAnswer, try_mail


@click.command("mail-test")
@click.argument("address")
@as_json
@click.pass_context
def mail_test(context: click.Context, address: str, json_: bool) -> None:
    """Send a letter to ADDRESS at once and print what the mail server answers; exit code 1 when it is not taken."""
    choose_data(context, None)

    async def work() -> MailAnswer:
        try:
            to = normal_address(address)
        except ValueError as wrong:
            raise Invalid({"address": str(wrong)}) from None
        async with opened():
            return await try_mail(settings.get(), to)

    said = run(work, json_=json_)
    answer({"ok": said.ok, "lines": list(said.lines)}, json_=json_, lines=lambda _: said.words)
    if not said.ok:
        raise click.exceptions.Exit(1)
