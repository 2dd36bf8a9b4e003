"""Why signing in elsewhere came to nothing."""

from base.errors import Failure


class NoSignIn(Failure):
    """What came of signing in elsewhere cannot be believed, or is over; `detail` says more, to administrators."""

    status = 403
    title = "Signing in there did not work"

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail or sentence


class ProviderDown(NoSignIn):
    """The provider says nothing of itself, or not what it has to: its operators, or ours, have to mend it."""

    status = 502
