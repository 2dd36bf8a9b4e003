"""Who may do what; nothing else decides."""

from members.rules.consoles import *  # noqa: F403 - whatever is a rule is to be had here
from members.rules.entering import *  # noqa: F403
from members.rules.invitations import *  # noqa: F403
from members.rules.own_data import *  # noqa: F403
from members.rules.people import *  # noqa: F403
from members.rules.private import *  # noqa: F403
from members.rules.profiles import *  # noqa: F403
from members.rules.providers import *  # noqa: F403
from members.rules.regions import *  # noqa: F403
from members.rules.trust import *  # noqa: F403
