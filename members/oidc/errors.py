"""Why signing in elsewhere came to nothing."""

from base.errors import Failure


class NoSignIn(Failure):
    """The provider did not answer, or not as it has to; `detail` says more, to administrators."""

    status = 502
    title = "Signing in there did not work"

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.detail = detail or sentence
