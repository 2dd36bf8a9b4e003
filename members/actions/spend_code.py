"""Take a code of two steps: each is good once, and wrong ones are counted."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from base import journal
from base.clock import now
from base.db import transaction
from base.errors import Invalid, TooMany
from base.limits import check_limit, check_limits, count_against, count_against_each
from base.log import logger
from base.sealing import Unreadable
from members.models import RecoveryCode, Session, TwoFactor
from members.two_steps import bare, hashed, step_of, unsealed
from members.viewer import Viewer

Result = TypeVar("Result")

LIMITS: Final = ("6/minute", "30/hour", "100/day")
OF_ACCOUNT: Final = "60/day"
"""Over all network addresses: beyond it a code is taken only from where the member has signed in before."""
WRONG: Final = "This code is not right. Codes change every half minute, and each is good once."
_at_the_door: Final[WeakValueDictionary[int, asyncio.Lock]] = WeakValueDictionary()


async def with_code(
    viewer: Viewer, member_id: int, code: str, then: Callable[[], Awaitable[Result]], *, field: str = "code"
) -> Result:
    """Take a code of a member, and do `then` in the same transaction; raise Invalid when the code is not right.

    Nothing of `then` stays when the code was taken by somebody else at the same moment.
    """
    typed = bare(code)
    # One after the other, wherever they come from: a burst would be checked before its first failure counts.
    async with _at_the_door.setdefault(member_id, asyncio.Lock()):
        await _check_tries(viewer, member_id, typed)
        async with transaction():
            if await _spend(member_id, typed):
                return await then()
        await _count_failure(viewer, member_id, typed)
        raise Invalid({field: WRONG})


def _is_of_app(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) == 6


async def _check_tries(viewer: Viewer, member_id: int, typed: str) -> None:
    await check_limits("second-step", LIMITS, str(member_id), viewer.address)
    if not _is_of_app(typed):
        return  # a recovery code cannot be guessed, and must open when others have used up the tries
    try:
        await check_limit("second-step-account", OF_ACCOUNT, str(member_id))
    except TooMany:
        # Who knows the password must not be able to keep its owner out: where they usually are, they get in.
        # Of sign-ins that are long over the address is forgotten, so none at all is not one of theirs.
        if not viewer.address or not await Session.filter(member_id=member_id, address=viewer.address).exists():
            raise


async def _count_failure(viewer: Viewer, member_id: int, typed: str) -> None:
    if _is_of_app(typed):
        with suppress(TooMany):
            await count_against("second-step-account", OF_ACCOUNT, str(member_id))
    await count_against_each("second-step", LIMITS, str(member_id), viewer.address)


async def check_wrong_codes(viewer: Viewer) -> None:
    """Raise TooMany when who is setting up two steps gave too many wrong codes."""
    await check_limits("set-up-code", LIMITS, str(viewer.member_id), viewer.address)


async def count_wrong_code(viewer: Viewer) -> None:
    """Count a wrong code of who is setting up two steps."""
    await count_against_each("set-up-code", LIMITS, str(viewer.member_id), viewer.address)


async def _spend(member_id: int, typed: str) -> bool:
    if _is_of_app(typed):
        return await spend_step(member_id, typed)
    return bool(typed) and await _spend_recovery(member_id, typed)


async def spend_step(member_id: int, code: str, **which: Any) -> bool:
    """Take a code of the app, inside the caller's transaction; say whether it was right and not taken before."""
    factor = await TwoFactor.get_or_none(member_id=member_id, **(which or {"since__not_isnull": True}))
    if factor is None:
        return False
    try:
        step = step_of(unsealed(factor.secret), code, now())
    except Unreadable:
        logger("sign-in").warning("sealed with another secret.key: two steps must be reset", member=member_id)
        return False
    # Asked and written in one statement: of two who bring the same code at once, one finds it taken.
    return step is not None and bool(await TwoFactor.filter(id=factor.id, last_step__lt=step).update(last_step=step))


async def _spend_recovery(member_id: int, code: str) -> bool:
    if not await RecoveryCode.filter(member_id=member_id, hash=hashed(member_id, code)).delete():
        return False
    left = await RecoveryCode.filter(member_id=member_id).count()
    await journal.record("two_factor.recovery_used", actor_id=member_id, subject_id=member_id, data={"left": left})
    return True
