"""Send a letter at once to see whether mail works: as the settings are, or as they were just typed."""

from pydantic import Field

from app.actions.change_settings import Changes, checked_changes
from app.rules import check_may_change
from base import settings
from base.inputs import Input
from base.limits import count_against
from base.mail import Address
from base.mail.attempt import MailAnswer, try_mail
from members.rules import check_may_administer
from members.viewer import Viewer

_OFTEN = "20/hour"


class Trial(Input):
    """Who gets the letter."""

    to: Address = Field(title="Letter to")


async def try_settings(viewer: Viewer, given: Trial) -> MailAnswer:
    """Send a letter with the settings in force, and return what the server answered."""
    check_may_administer(viewer)
    await count_against("try-mail", _OFTEN, str(viewer.id))
    return await try_mail(settings.get(), given.to)


async def try_typed_settings(viewer: Viewer, typed: Changes, given: Trial) -> MailAnswer:
    """Do the same with settings that were typed and are not kept yet; raises Invalid when they do not fit."""
    check_may_administer(viewer)
    touched = typed.touched()
    for name in touched:
        check_may_change(name)
    fresh = checked_changes(touched)
    await count_against("try-mail", _OFTEN, str(viewer.id))
    return await try_mail(settings.get().model_copy(update=fresh), given.to)
