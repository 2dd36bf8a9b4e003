"""Who is told when something happens in kb/."""

from base.journal import Handler

SUBSCRIPTIONS: dict[str, tuple[tuple[str, ...], Handler]] = {}
