"""Who may do what in the forum; nothing else decides."""

from forum.rules.moves import *  # noqa: F403 - whatever is a rule is to be had here
from forum.rules.threads import *  # noqa: F403
