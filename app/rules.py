"""What may be done with the site itself; who runs it is decided in members/rules.py."""

from app.changeable import group_of, is_firm
from app.setup_link import is_good
from base.errors import Missing, Refused
from base.settings import Settings
from members.queries.staff import holders


def check_may_change(name: str) -> None:
    """Raise unless there is such a setting, and the page decides on it."""
    if group_of(name) is None:
        if name in Settings.model_fields:
            raise Refused(f"{name} is set when the site starts: as an option, in the environment or in config.toml.")
        raise Missing(f"There is no setting {name}.")
    if is_firm(name):
        raise Refused(f"{name} is decided by an option, the environment or config.toml, which weigh more.")


async def check_may_set_up(token: str) -> None:
    """Raise Missing unless the token is ours and fresh, and nobody runs the site yet."""
    if not is_good(token) or await holders("admin"):
        raise Missing
