"""Change settings while the site runs, and set them back."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import Field, ValidationError

from app.changeable import CHECKS, CONNECTION, SECRETS, is_firm, label_of, usual, value_of
from app.kept_settings import as_kept, look_at_settings
from app.models import SiteSetting
from app.rules import check_may_change
from base import settings
from base.clock import now
from base.db import transaction
from base.errors import Invalid
from base.inputs import Input, sentence_of
from base.journal import record
from base.limit_numbers import NUMBERS
from base.text.clean import clean_text
from members.rules import check_may_act_now, check_may_administer
from members.viewer import Viewer

_HIDDEN: Final = "(not shown)"
_AGAIN: Final = "Please give the password again: it would be sent to another server, or in another way."


class Changes(Input):
    """New values by name as they were typed, and the values that stood there when the form was opened.

    What was not touched stays as it is, even if somebody else has changed it meanwhile.
    """

    values: dict[str, str] = Field(max_length=100)
    before: dict[str, str] = Field(default_factory=dict)

    def touched(self) -> dict[str, str]:
        """Return what was really changed; an empty secret means the one that is kept."""
        return {
            name: clean_text(value, multiline=False)
            for name, value in self.values.items()
            if value != self.before.get(name) and not (name in SECRETS and not value.strip())
        }


async def change_settings(viewer: Viewer, given: Changes) -> tuple[str, ...]:
    """Keep new values, let them come into force, and return the names of the settings that differ now."""
    _check_may_change_now(viewer)
    touched = given.touched()
    for name in touched:
        check_may_change(name)
    # Who runs commands has the secret.key and could read the password: it may go where they say.
    return await write_settings(checked_changes(touched, moves_password=viewer.id is None), viewer.id)


async def reset_setting(viewer: Viewer, name: str) -> None:
    """Set one setting back to what it usually is."""
    _check_may_change_now(viewer)
    check_may_change(name)
    whole, _, part = name.partition(".")
    value = usual(whole)
    if part:
        value = {one: number for one, number in settings.get().limit_numbers.items() if one != part}
    await write_settings({whole: value}, viewer.id)


def _check_may_change_now(viewer: Viewer) -> None:
    check_may_administer(viewer)
    if viewer.session_id is not None:  # limits of guessing, and where letters go, can be changed here
        check_may_act_now(viewer, now())


def checked_changes(touched: Mapping[str, str], *, moves_password: bool = False) -> dict[str, Any]:
    """Return the new values by setting, or raise Invalid with every wrong field at once.

    A kept mail password stays with its server unless `moves_password`.
    """
    errors: dict[str, str] = {}
    fresh = _looked_at(touched, errors)
    if not moves_password and _would_move_password(fresh):
        errors["mail_password"] = _AGAIN
    try:
        made = settings.laid_under({**_kept(), **fresh})
    except ValidationError as error:
        for wrong in error.errors(include_url=False):
            name = str(wrong["loc"][0]) if wrong["loc"] else "form"
            errors.setdefault(name, sentence_of(wrong, label_of(name)))
        raise Invalid(errors, dict(touched)) from None
    if errors:
        raise Invalid(errors, dict(touched))
    return {name: getattr(made, name) for name in fresh}


def _looked_at(touched: Mapping[str, str], errors: dict[str, str]) -> dict[str, Any]:
    now_ = settings.get()
    fresh: dict[str, Any] = {}
    for name, text in touched.items():
        whole, _, part = name.partition(".")
        try:
            if part:
                fresh[whole] = _with_number(fresh.get(whole, now_.limit_numbers), part, text)
            else:
                fresh[name] = CHECKS[name](text) if name in CHECKS else text
        except ValueError as wrong:
            errors[name] = str(wrong)
    return fresh


def _would_move_password(fresh: Mapping[str, Any]) -> bool:
    now_ = settings.get()
    moved = any(name in fresh and fresh[name] != str(getattr(now_, name)) for name in CONNECTION)
    return moved and bool(now_.mail_password) and not is_firm("mail_password") and "mail_password" not in fresh


def _with_number(numbers: Mapping[str, int], name: str, text: str) -> dict[str, int]:
    """Return the limits with one more that differs, or with one less when it is as usual."""
    changed = {one: number for one, number in numbers.items() if one != name}
    if not text.strip():
        return changed
    if not text.strip().isdecimal() or len(text.strip()) > 9:
        raise ValueError(f"{label_of(name)} must be a whole number, 0 or more.")
    number = int(text)
    return changed if number == NUMBERS[name] else {**changed, name: number}


def _kept() -> dict[str, Any]:
    """Return what the page has set so far."""
    fields = settings.Settings.model_fields
    return {name: getattr(settings.get(), name) for name in fields if settings.origin(name) == "page"}


async def write_settings(fresh: Mapping[str, Any], actor_id: int | None) -> tuple[str, ...]:
    """Write values that were checked, tell the journal what was before and after, and let them come into force."""
    before = settings.get()
    changed = {name: value for name, value in fresh.items() if value != value_of(name, before)}
    if not changed:
        return ()
    kept = {name: None if value == usual(name) else as_kept(name, value) for name, value in changed.items()}
    data = {
        name: {"before": _shown(name, value_of(name, before)), "after": _shown(name, value)}
        for name, value in changed.items()
    }
    async with transaction():
        for name, text in kept.items():
            told = {"value": text, "changed_by_id": actor_id, "changed_at": now()}
            await SiteSetting.update_or_create(name=name, defaults=told)
        await record("settings.changed", actor_id=actor_id, subject_id=0, data={"changes": data})
    await look_at_settings()
    return tuple(changed)


def _shown(name: str, value: Any) -> Any:
    return (_HIDDEN if value else "") if name in SECRETS else value
