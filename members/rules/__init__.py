"""Who may do what; nothing else decides."""

from members.rules.invitations import *  # noqa: F403 - whatever is a rule is to be had here
from members.rules.own_data import *  # noqa: F403
from members.rules.people import *  # noqa: F403
