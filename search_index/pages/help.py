"""How to search: the page about operators."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from base.web.render import page


@dataclass(frozen=True, slots=True)
class HelpPage:
    """What templates/search_index/help.html shows: pairs of an example and what it does."""

    examples: tuple[tuple[str, str], ...]


EXAMPLES: Final = (
    ("night shift alerts", "Any form of these words; what has all of them comes first."),
    ('"night shift"', "Exactly these words, next to each other."),
    ('"twitter"', "Exactly this word: nothing else that it may mean, and no better spelling."),
    ("alerts -pager", "Without a word."),
    ("youtube OR vimeo", "One of the two is enough."),
    ("recruit*", "Every word that begins so (at least three letters)."),
    ("title:captions", "In the title."),
    ("by:@mara", "Written by one member."),
    ("org:uppsala", "From an organisation; a part of its name is enough."),
    ("platform:twitter", "About a platform, by any name it goes by."),
    ("[recruiting] or tag:recruiting", "With a topic."),
    (
        "type:practice",
        "Only practices; also collection, question, case, discussion, announcement, answer, comment, person, "
        "organisation.",
    ),
    ("is:solved", "Also unanswered, verified, due_soon, overdue, stale, obsolete, accepted, and mine for your own."),
    ("has:metrics", "With measurements; also attachment, poll."),
    ("result:negative", "Case studies that did not work; also worked, mixed."),
    ("lang:nl", "In a language."),
    ("after:2025-06 before:2026", "Written between two days, months or years."),
    ("votes:>3", "With more than three votes; also votes:3..9."),
    ("in:thread:123", "Inside one thread; its page has a box for that."),
    ("country:NL", "From a country."),
    ("-is:solved", "A minus turns any of these round."),
)


async def help_page(request: Request) -> Response:
    """Show how to search."""
    return page(request, "search_index/help.html", HelpPage(EXAMPLES))


ROUTES: list[BaseRoute] = [Route("/search/help", help_page, name="search.help")]
