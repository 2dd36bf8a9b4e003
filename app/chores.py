"""What a server does now and then, beside answering: each chore with its pause in seconds."""

from typing import Final

from base.journal.worker import Chore
from base.mail.post_office import post_office
from members.actions.forget_unconfirmed import forget_unconfirmed
from members.actions.gather_mail import gather_mail
from members.actions.write_seen import write_seen

CHORES: Final[dict[str, tuple[Chore, float]]] = {
    "post office": (post_office, 1.0),
    "gather mail": (gather_mail, 10.0),
    "write when people were seen": (write_seen, 60.0),
    "forget the unconfirmed": (forget_unconfirmed, 3600.0),
}
