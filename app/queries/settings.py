"""The settings as administrators see them: their values, where these come from, who changed them."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from app.changeable import (
    AT_THE_START,
    CHOICES,
    GROUPS,
    HIDDEN,
    SECRETS,
    Group,
    about,
    is_firm,
    label_of,
    usual,
    value_of,
)
from base import settings
from base.db import as_datetime, rows
from base.web.words import plain_word
from members.rules import check_may_administer
from members.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingRow:
    """One setting; `shown` and `usual` are words for people, `typed` is what stands in its field."""

    name: str
    label: str
    about: str
    kind: str
    shown: str
    typed: str
    usual: str
    origin: settings.Origin
    is_firm: bool
    is_secret: bool
    choices: tuple[str, ...]
    changed_by: str
    handle: str
    changed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SettingGroup:
    """Settings that are changed together; those of the start have no page of their own."""

    name: str
    label: str
    about: str
    rows: tuple[SettingRow, ...]


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """What templates/app/settings.html shows."""

    q: str
    groups: tuple[SettingGroup, ...]
    number: int


async def settings_page(viewer: Viewer, q: str = "") -> SettingsPage:
    """Return the settings whose name, label or description has every word of `q`."""
    check_may_administer(viewer)
    groups = await setting_groups()
    words = q.lower().split()
    found = [
        SettingGroup(group.name, group.label, group.about, kept)
        for group in groups
        if (kept := tuple(row for row in group.rows if _goes_with(group, row, words)))
    ]
    return SettingsPage(q.strip(), tuple(found), sum(len(group.rows) for group in found))


def _goes_with(group: SettingGroup, row: SettingRow, words: list[str]) -> bool:
    told = (row.name, row.label, row.about, group.label)
    text = " ".join([*told, *(plain_word(one.replace("%", "%%")) for one in told[1:])]).lower()
    return all(word in text for word in words)


async def setting_groups() -> list[SettingGroup]:
    """Return every setting in its group; those that only a start sets come last."""
    changes = await _changes()
    groups = [_group(group, changes) for group in GROUPS]
    start = Group("", settings.say("Set at the start"), settings.say("Only there can these be changed."), AT_THE_START)
    return [*groups, _group(start, changes)]


def _group(group: Group, changes: dict[str, tuple[str, str, datetime | None]]) -> SettingGroup:
    rows_ = tuple(_row(name, changes, at_start=not group.name) for name in group.names)
    return SettingGroup(group.name, group.label, group.about, rows_)


async def rows_named(names: Sequence[str]) -> tuple[SettingRow, ...]:
    """Return some settings, in this order."""
    changes = await _changes()
    return tuple(_row(name, changes, at_start=False) for name in names)


async def _changes() -> dict[str, tuple[str, str, datetime | None]]:
    found = await rows(
        "SELECT s.name, s.changed_at, m.name AS who, m.handle FROM site_settings s "
        "LEFT JOIN members m ON m.id = s.changed_by_id"
    )
    return {row["name"]: (row["who"] or "", row["handle"] or "", as_datetime(row["changed_at"])) for row in found}


def _row(name: str, changes: dict[str, tuple[str, str, datetime | None]], *, at_start: bool) -> SettingRow:
    whole, _, part = name.partition(".")
    value, default = value_of(name, settings.get()), usual(name)
    who, handle, at = changes.get(whole, ("", "", None))
    where = settings.origin(whole)
    if part and value is None:
        where, who, handle, at = "default", "", "", None
    choices = CHOICES.get(name, ("true", "false") if isinstance(default, bool) else ())
    return SettingRow(
        name=name,
        label=label_of(name),
        about=about(name),
        kind="number" if isinstance(default, int) and not isinstance(default, bool) else "text",
        shown=_words(name, default if value is None else value),
        typed="" if name in HIDDEN or value is None else _plain(value),
        usual=_words(name, default),
        origin=where,
        is_firm=at_start or is_firm(name),
        is_secret=name in SECRETS,
        choices=tuple(choices),
        changed_by=who,
        handle=handle,
        changed_at=at,
    )


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def _words(name: str, value: Any) -> str:
    """Return a value for people; empty is empty, and what is hidden is only said to be there."""
    if name in HIDDEN:
        return "••••••" if value else ""
    if isinstance(value, bool):
        return settings.say("yes") if value else settings.say("no")
    return "" if value in ({}, "") else _plain(value)


def as_toml(now: settings.Settings) -> str:
    """Return what differs from the defaults as a config.toml; what is secret is left out and named."""
    lines, hidden = ["# Settings of this site that differ from the defaults."], []
    for name in settings.Settings.model_fields:
        value = getattr(now, name)
        if name == "data_dir" or value == usual(name):
            continue
        if name in HIDDEN:
            hidden.append(name)
        else:
            lines.append(f"{name} = {_toml(value)}")
    if hidden:
        lines.append(f"# Not written down here because they are secret: {', '.join(hidden)}.")
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        pairs: Iterator[str] = (f"{_toml(name)} = {_toml(part)}" for name, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, str | Path):
        return json.dumps(str(value), ensure_ascii=True)
    return str(value)
