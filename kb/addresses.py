"""Where things of the knowledge base are on the site."""

from collections.abc import Mapping

from base.errors import Missing
from base.paging import whole_number


def article_url(article_id: int, slug: str, revision: int = 0) -> str:
    """Return the address of an article, or of one of its revisions."""
    return f"/kb/{article_id}-{slug}" + (f"?rev={revision}" if revision else "")


def work_url(article_id: int, place: str = "edit", **query: object) -> str:
    """Return the address of a page for working on an article: edit, review, history and others."""
    words = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return f"/kb/{article_id}/{place}" + (f"?{words}" if words else "")


def read_version(text: str) -> int:
    """Read the version out of an address; 0 is the published one, and nonsense is no version."""
    if not text:
        return 0
    if not (number := whole_number(text)):
        raise Missing("There is no such version.")
    return number


def read_two_versions(query: Mapping[str, str]) -> tuple[int, int]:
    """Read which two versions to compare out of an address."""
    old, new = (whole_number(query.get(name)) for name in ("from", "to"))
    if not old or not new:
        raise Missing("Please say which two versions to compare: from and to.")
    return old, new
