"""Who is told when something happens in forum/."""

from base.journal import Handler

SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {}
