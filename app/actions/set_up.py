"""Set up a site that nobody runs yet: its name, its first administrator, its mail, its samples."""

from typing import Annotated, Final

from pydantic import Field, ValidationInfo, field_validator

from app.actions.change_settings import Changes, checked_changes, write_settings
from app.changeable import is_firm
from app.demo.ledger import has_demo
from app.rules import check_may_set_up
from base import settings
from base.clock import now
from base.db import take_turns, transaction
from base.errors import Conflict
from base.inputs import Input, Line
from base.journal import record
from base.mail import Address
from members.actions.create_admin import write_admin
from members.actions.sign_in import begin_session
from members.devices import UNKNOWN, Device
from members.passwords import SHORTEST_OF_ADMINS, check_password, hash_password
from members.rules import check_may_administer
from members.viewer import Viewer

NAMES: Final = ("site_name", "base_url", "language", "private")
_LOCK: Final = 7_103_556_831  # any number that no other program on the server uses


class FirstAdmin(Input):
    """Who is to run the site."""

    name: Line = Field(min_length=2, max_length=80, title="Name")
    email: Address = Field(title="E-mail address")
    password: Annotated[str, Field(min_length=1, title="Pass phrase")]

    @field_validator("password")
    @classmethod
    def _strong(cls, password: str, info: ValidationInfo) -> str:
        about = (str(info.data.get("name", "")), str(info.data.get("email", "")), settings.get().site_name)
        return check_password(password, about=about, shortest=SHORTEST_OF_ADMINS)


async def name_site(token: str, given: Changes) -> None:
    """Keep name, address, language and for whom it is; what the environment or the file decides stays as they say."""
    await check_may_set_up(token)
    touched = {name: value for name, value in given.touched().items() if name in NAMES and not is_firm(name)}
    await write_settings(checked_changes(touched), None)


async def make_first_admin(viewer: Viewer, token: str, given: FirstAdmin, *, device: Device = UNKNOWN) -> str:
    """Make the first administrator and return the secret of their sign-in; from now on the token opens nothing."""
    await check_may_set_up(token)
    stored = await hash_password(given.password)
    async with transaction():
        # Two who have the address must not both get in: the second waits here, and then finds the first.
        await take_turns(_LOCK)
        await check_may_set_up(token)
        made = await write_admin(given.email, given.name, stored, now())
        await record("site.set_up", actor_id=made.id, subject_id=made.id)
        return await begin_session(viewer, made.id, device=device)


async def want_samples(viewer: Viewer) -> None:
    """Let samples be made: the people in them cannot sign in, and all of it can be taken away again."""
    check_may_administer(viewer)
    if await has_demo():
        raise Conflict("The samples are already there.")
    async with transaction():
        await record("samples.wanted", actor_id=viewer.id, subject_id=0)


async def hide_next_steps(viewer: Viewer) -> None:
    """Take the list of what is left to do off the front page; the settings bring it back."""
    check_may_administer(viewer)
    await write_settings({"next_steps": False}, viewer.id)
