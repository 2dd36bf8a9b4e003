"""What is written down in the journal with an organisation as its subject: what its administrators may look back at."""

from typing import Final

CONSOLE: Final = (
    "console.asked", "console.asking_taken_back", "console.let_in", "console.declined", "console.came",
    "console.placed", "console.removed", "console.member_removed", "console.left", "console.paused",
    "console.resumed",
    "console.titled", "console.admin_made", "console.admin_unmade", "console.role_transferred",
    "console.domain_claimed", "console.claim_dropped", "console.domain_proven", "console.domain_given_up",
    "console.policies_set", "console.proposed", "console.proposal_withdrawn", "console.proposal_accepted",
    "console.proposal_declined", "console.taken_along",
)  # fmt: skip
KINDS: Final = (
    *CONSOLE, "organisation.added", "organisation.edited", "organisation.renamed", "organisation.logo_set",
    "organisation.logo_dropped", "platform_use.added", "platform_use.changed", "platform_use.removed",
    "platform_use.confirmed", "platform_use.asked", "platform_use.account_gone",
)  # fmt: skip
