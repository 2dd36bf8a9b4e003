"""Who was told of what."""

from base.journal.deliver import deliver_all
from members.models import Notice


async def told() -> set[tuple[str, str, str]]:
    """Deliver what happened; return who was told of what, and why: name, kind, reason."""
    await deliver_all()
    found = await Notice.all().prefetch_related("member")
    return {(one.member.name, one.kind, one.reason) for one in found}
