"""Queue a letter."""

import re
from typing import Final

from base.clock import now
from base.mail.address import normal_address
from base.mail.compose import message_id
from base.mail.letter import Letter
from base.mail.models import OutgoingMail
from base.text.clean import clean_text

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# Written by the composer alone; a caller who could set them could write to somebody else.
_OURS: Final = frozenset(
    {"to", "cc", "bcc", "from", "sender", "reply-to", "subject", "date", "message-id", "mime-version"}
)


async def send(letter: Letter) -> None:
    """Queue the letter, once per key; call it where the row may stand, such as inside a transaction."""
    at = now()
    row = OutgoingMail(
        key=letter.key,
        to=normal_address(letter.to),
        subject=clean_text(letter.subject, multiline=False)[:300],
        text=letter.text.replace("\x00", ""),
        html=letter.html.replace("\x00", ""),
        headers=_headers(letter),
        due=at,
        created_at=at,
    )
    await OutgoingMail.bulk_create([row], ignore_conflicts=True)


def _headers(letter: Letter) -> dict[str, str]:
    found = dict(letter.headers)
    if letter.about:
        root = message_id(f"about:{letter.about}")
        found |= {"In-Reply-To": root, "References": root}
    if letter.unsubscribe:
        found["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
        found["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    for name, value in found.items():
        if not _NAME.fullmatch(name) or name.lower() in _OURS:
            raise ValueError(f"not a header that a letter may set: {name!r}")
        if not (value.isascii() and value.isprintable()):
            raise ValueError(f"not one printable ASCII line in the header {name}: {value!r}")
    # One address in its normal form, which has no room for another one or another line.
    return found | ({"Reply-To": normal_address(letter.reply_to)} if letter.reply_to else {})
