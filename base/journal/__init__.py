"""The journal: what happened (audit log) and who must still be told (outbox), written with the act itself."""

from base.journal.record import record
from base.journal.subscribers import Handler, NotNow, subscribe, subscribers

__all__ = ["Handler", "NotNow", "record", "subscribe", "subscribers"]
