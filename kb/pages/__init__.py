"""The pages of kb/."""

from starlette.routing import BaseRoute

from kb.pages import (
    article,
    assign,
    care,
    collections,
    deputy,
    desk,
    evidence,
    history,
    ledger,
    practices,
    promote,
    readers,
    recheck,
    review,
    write,
)

ROUTES: list[BaseRoute] = [
    *practices.ROUTES,
    *desk.ROUTES,
    *assign.ROUTES,
    *deputy.ROUTES,
    *promote.ROUTES,
    *write.ROUTES,
    *review.ROUTES,
    *history.ROUTES,
    *care.ROUTES,
    *recheck.ROUTES,
    *collections.ROUTES,
    *evidence.ROUTES,
    *ledger.ROUTES,
    *readers.ROUTES,
    *article.ROUTES,
]
