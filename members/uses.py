"""The words of the platform ledger, and how long an entry is believed."""

from datetime import timedelta
from typing import Final, Literal

Status = Literal["planning", "using", "tried_stopped"]
STATUSES: Final = ("using", "planning", "tried_stopped")
Purpose = Literal[
    "information", "campaigns", "reputation", "community", "crisis", "recruitment", "internal", "professionals",
    "fundraising",
]  # fmt: skip
PURPOSES: Final = (
    "information", "campaigns", "reputation", "community", "crisis", "recruitment", "internal", "professionals",
    "fundraising",
)  # fmt: skip
"""What for: informing patients, campaigns, reviews, communities, crises, recruiting, the inside, peers, donations."""
TeamSize = Literal["", "under_1", "1", "2-3", "4-9", "10+"]
TEAM_SIZES: Final = ("under_1", "1", "2-3", "4-9", "10+")
OVERDUE: Final = timedelta(days=365)
"""So long after it was confirmed an entry is believed; what was stopped stays stopped and is never overdue."""
MOST_ACCOUNTS: Final = 10
