"""Who is told when something happens in members/."""

from base.journal import Handler

SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {}
