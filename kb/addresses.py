"""Where things of the knowledge base are on the site."""


def article_url(article_id: int, slug: str, revision: int = 0) -> str:
    """Return the address of an article, or of one of its revisions."""
    return f"/kb/{article_id}-{slug}" + (f"?rev={revision}" if revision else "")


def work_url(article_id: int, place: str = "edit", **query: object) -> str:
    """Return the address of a page for working on an article: edit, review, history and others."""
    words = "&".join(f"{name}={value}" for name, value in query.items() if value)
    return f"/kb/{article_id}/{place}" + (f"?{words}" if words else "")
