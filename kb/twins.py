"""An article as Markdown, and as linked data for search engines."""

from collections.abc import Iterable
from typing import Any

from forum.evidence import WORDS
from kb.chips import with_addresses
from kb.queries.article import ArticleDetail
from kb.sections import RECOMMENDATIONS, STRENGTHS


def as_markdown(article: ArticleDetail, address: str) -> str:
    """Return the whole article as one Markdown text, with its sources and its standing."""
    lines = [
        f"# {article.title}",
        "",
        article.summary,
        "",
        f"- {_advice(article)}",
        f"- Evidence: {_evidence(article)}",
    ]
    lines += [f"- {line}" for line in _standing(article, address)]
    lines += [f"- Version {article.revision}, {article.licence}, {address}{article.url}", ""]
    for section in article.sections:
        lines += [f"## {section.label}", "", with_addresses(section.text, address), ""]
    if article.sources:
        lines += ["## Sources", "", *_sources(article, address), ""]
    return "\n".join(lines).rstrip() + "\n"


def _advice(article: ArticleDetail) -> str:
    return f"{RECOMMENDATIONS[article.recommendation]} ({STRENGTHS[article.strength].lower()} recommendation)"


def _evidence(article: ArticleDetail) -> str:
    why = f": {article.evidence_why}" if article.evidence_why else ""
    return f"{article.evidence} {WORDS[article.evidence]}{why}"


def _standing(article: ArticleDetail, address: str) -> Iterable[str]:
    """Say the state; of an obsolete article also why, and what to read instead: nobody will check it again."""
    words, instead = article.verification.replace("_", " "), article.replaced_by
    checked = article.due_at and article.verification not in ("unverified", "obsolete")
    yield f"State: {words}" + (f", next check {article.due_at:%Y-%m-%d}" if checked else "")
    if article.state == "obsolete" and article.state_reason:
        yield f"Why: {article.state_reason}"
    if article.state == "obsolete" and instead:
        yield f"Read instead: [{instead.title}]({address}{instead.url})"


def _sources(article: ArticleDetail, address: str) -> Iterable[str]:
    for source in article.sources:
        if not source.open_to_viewer:
            yield "- A thread that is not open to everybody"
            continue
        post = f" #{source.number} by {source.author.signed}" if source.number else ""
        yield f"- [{source.title}{post}]({address}{source.url})"


def linked_data(article: ArticleDetail, address: str, site: str) -> dict[str, Any]:
    """Return the article as schema.org describes one, with who reviewed it last and when."""
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": ["Article", "WebPage"],
        "@id": address + article.url,
        "url": address + article.url,
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.language,
        "version": str(article.revision),
        "isAccessibleForFree": True,
        "license": _licence(article.licence),
        "publisher": {"@type": "Organization", "name": site, "url": address},
        "author": [_named(one.name, one.handle, address) for one in article.margin.credits]
        or {"@type": "Organization", "name": site},
        "isBasedOn": [address + source.url for source in article.sources if source.open_to_viewer],
        "about": [{"@type": "Thing", "name": one.name} for one in article.margin.platforms],
        "keywords": [one.name for one in article.margin.tags],
    }
    if article.published_at:
        found["datePublished"] = article.published_at.isoformat()
        found["dateModified"] = article.changed_at.isoformat()
    if article.verified_at and article.verification in ("verified", "due_soon", "overdue", "stale"):
        found["lastReviewed"] = f"{article.verified_at:%Y-%m-%d}"
        if article.verified_by:
            found["reviewedBy"] = _named(article.verified_by.name, article.verified_by.handle, address)
    return found


def _named(name: str, handle: str | None, address: str) -> dict[str, str]:
    found = {"@type": "Person", "name": name}
    return found | {"url": f"{address}/people/{handle}"} if handle else found


def _licence(name: str) -> str:
    return "https://creativecommons.org/licenses/by/4.0/" if name == "CC BY 4.0" else name
