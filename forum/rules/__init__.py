"""Who may do what in the forum; nothing else decides."""

from forum.rules.moves import *  # noqa: F403 - whatever is a rule is to be had here
from forum.rules.posts import *  # noqa: F403
from forum.rules.seeing import *  # noqa: F403
from forum.rules.threads import *  # noqa: F403
from forum.rules.topics import *  # noqa: F403
