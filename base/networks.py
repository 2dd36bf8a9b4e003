"""Networks as people write them: 10.20.0.0/16, separated with commas."""

import ipaddress
from typing import Annotated

from pydantic import AfterValidator

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks(given: str) -> tuple[Network, ...]:
    """Return the networks that a text names; raises ValueError when it names something else."""
    return tuple(ipaddress.ip_network(one.strip()) for one in given.split(",") if one.strip())


def _readable(given: str) -> str:
    networks(given)
    return given


Networks = Annotated[str, AfterValidator(_readable)]
"""Networks in a setting."""
