"""Describe an article: its kind, audience, platforms, topics and owner. This is no text, so it takes effect at once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from base.clock import now
from base.db import rows, transaction
from base.errors import Invalid, refusal
from base.inputs import Input, Line, Words
from base.journal import record
from forum.actions.hold_tags import tags_to_carry
from forum.actions.link_article import narrow_link
from forum.queries.labels import Labels, find_labels
from kb.actions.assign import end_when_clear
from kb.models import Article, ArticlePlatform, ArticleRevision, ArticleTag
from kb.queries.facts import Found, find
from kb.rules import check_may_change_kind, check_may_edit, check_may_write_for
from kb.sections import Kind, interval_for
from members.models import Member
from members.viewer import Viewer


class Details(Input):
    """What is said about an article beside its text; what is not given stays. `owner` is a handle."""

    kind: Kind | None = None
    audience: str | None = Field(None, pattern=r"^(public|network|org:\d{1,18}|region:\d{1,18})$")
    platforms: Annotated[Words | None, Field(max_length=8, title="Platforms")] = None
    tags: Annotated[Words | None, Field(max_length=6, title="Topics")] = None
    owner: Annotated[Line | None, Field(max_length=40, title="Owner")] = None


async def describe(viewer: Viewer, article_id: int, given: Details) -> None:
    """Write the details that differ; raises Invalid when a name is not known."""
    found = await find(viewer, article_id)
    check_may_edit(viewer, found.article)
    await check_names(viewer, given, found.id)
    labels = await _labels(viewer, given, found.id)
    columns = await _columns(viewer, found, given)
    async with transaction():
        tags = await tags_to_carry(labels.tag_ids, labels.new_tags)
        # Labels are taken off and put on again, so who describes the same article meanwhile waits here.
        now_there = await Article.filter(id=found.id).select_for_update().get()
        columns |= await _kind(viewer, found, now_there, given)
        changed = await _label(found.id, given, labels, tags)
        if given.platforms is not None or "kind" in columns:
            columns |= await _interval(now_there, str(columns.get("kind", now_there.kind)))
        if not changed and not columns:
            return
        await Article.filter(id=found.id).update(**columns, changed_at=now())
        if "audience" in columns:
            await narrow_link(found.id, columns["audience"])
        await end_when_clear(found.id, actor_id=viewer.id)
        await record("article.described", actor_id=viewer.id, subject_id=found.id, data=columns)


async def _labels(viewer: Viewer, given: Details, article_id: int) -> Labels:
    carried = [row["tag_id"] for row in await rows("SELECT tag_id FROM article_tags WHERE article_id = ?", article_id)]
    return await find_labels(
        viewer, category="", platforms=given.platforms or [], tags=given.tags or [], carried=carried
    )


async def check_names(viewer: Viewer, given: Details, article_id: int) -> None:
    """Raise Invalid for every platform, topic and owner that is not known."""
    errors: dict[str, str] = {}
    try:
        await _labels(viewer, given, article_id)
    except Invalid as error:
        errors |= error.errors
    if given.owner and await _owner(given.owner) is None:
        errors["owner"] = f"There is no member “{given.owner}” here. Please use the name in their address."
    if errors:
        raise Invalid(errors)


async def _owner(handle: str) -> int | None:
    owner = await Member.get_or_none(handle=handle.removeprefix("@"), state="active")
    return int(owner.id) if owner else None


async def _columns(viewer: Viewer, found: Found, given: Details) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    if given.audience is not None and given.audience != found.article.audience:
        check_may_write_for(viewer, given.audience)
        columns["audience"] = given.audience
    if given.owner and (owner := await _owner(given.owner)) != found.article.owner_id:
        columns["owner_id"] = owner
    return columns


async def _kind(viewer: Viewer, found: Found, now_there: Article, given: Details) -> dict[str, Any]:
    """Return the new kind if there is one; raises Invalid when the article may not become that."""
    if given.kind is None or given.kind == now_there.kind:
        return {}
    facts = replace(found.article, kind=now_there.kind, published_revision=now_there.published_revision)
    reviewed = await ArticleRevision.filter(article_id=found.id, state="in_review").exists()
    if why_not := refusal(check_may_change_kind, viewer, facts, given.kind, reviewed):
        raise Invalid({"kind": why_not}, given.model_dump())
    return {"kind": given.kind}


async def _interval(now_there: Article, kind: str) -> dict[str, Any]:
    """Return after how many days it has to be checked again, if that is no longer as it was."""
    specific = await ArticlePlatform.filter(article_id=now_there.id).exists()
    days = interval_for(kind, platform_specific=specific)
    return {"interval_days": days} if days != now_there.interval_days else {}


async def _label(article_id: int, given: Details, labels: Labels, tags: Sequence[int]) -> bool:
    """Write the platforms and tags that were given; say whether any changed."""
    changed = False
    if given.platforms is not None:
        links = ArticlePlatform.filter(article_id=article_id)
        if {one["platform_id"] for one in await links.values("platform_id")} != set(labels.platform_ids):
            await links.delete()
            await ArticlePlatform.bulk_create(
                [ArticlePlatform(article_id=article_id, platform_id=one) for one in labels.platform_ids]
            )
            changed = True
    if given.tags is not None:
        wanted = {*tags}
        tagged = ArticleTag.filter(article_id=article_id)
        if {one["tag_id"] for one in await tagged.values("tag_id")} != wanted:
            await tagged.delete()
            await ArticleTag.bulk_create([ArticleTag(article_id=article_id, tag_id=one) for one in sorted(wanted)])
            changed = True
    return changed
