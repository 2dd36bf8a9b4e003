"""Tables of posts, their revisions, former places, quotes, votes and doubts."""

from datetime import datetime

from tortoise import fields

from base.db.model import Model
from forum.models.threads import Thread
from members.models import Member


class Post(Model):
    """One contribution to a thread.

    `number` is stable and unique in the thread, from 1. `kind` is opening, answer, reply, comment or summary;
    a comment has a parent. `state` is published, hidden or deleted. `revision` counts from 1.

    Pages are cut by `position`: an answer's place among the answers of its thread, whatever happens to others
    (the opening has 0); a comment has the position of its parent and a `place` among that one's comments, from 1.
    `comments` counts the places given below a post. With `outdated_at` its author says that it is no longer true.
    `once` is the one-time key of the form it was sent with. `votes` counts the rows of Vote and `votes_brought`, which
    came with an import. `industry` is the vendor that its author belonged to when it was written, and stays.
    forum/actions/place_post.py gives all of these; nothing else writes a post that is not an opening.
    """

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="posts")
    number = fields.IntField()
    position = fields.IntField(default=0, db_default=0)
    place = fields.IntField(default=0, db_default=0)
    comments = fields.IntField(default=0, db_default=0)
    kind = fields.CharField(max_length=8)
    parent: fields.ForeignKeyNullableRelation["Post"] = fields.ForeignKeyField(
        "models.Post", related_name="children", null=True, on_delete=fields.CASCADE
    )
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="posts")
    body = fields.TextField()
    html = fields.TextField()
    revision = fields.IntField(default=1, db_default=1)
    votes = fields.IntField(default=0, db_default=0)
    votes_brought = fields.IntField(default=0, db_default=0)
    state = fields.CharField(max_length=12, default="published", db_default="published")
    accepted_at: datetime | None = fields.DatetimeField(null=True)
    accepted_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="accepted", null=True, on_delete=fields.SET_NULL
    )
    created_at = fields.DatetimeField()
    edited_at: datetime | None = fields.DatetimeField(null=True)
    deleted_at: datetime | None = fields.DatetimeField(null=True)
    deleted_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="deleted_posts", null=True, on_delete=fields.SET_NULL
    )
    outdated_at: datetime | None = fields.DatetimeField(null=True)
    outdated_why = fields.CharField(max_length=300, default="", db_default="")
    once = fields.CharField(max_length=64, null=True)
    industry = fields.CharField(max_length=120, default="", db_default="")

    class Meta:
        table = "posts"
        unique_together = (("thread", "number"), ("author", "once"))
        indexes = (("thread", "position", "place"), ("thread", "accepted_at"), ("parent",), ("author", "created_at"))


class PostRevision(Model):
    """One version of a post's text (and of its thread's title, for an opening); the first is kept as well."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="revisions")
    number = fields.IntField()
    title = fields.CharField(max_length=255, default="", db_default="")
    body = fields.TextField()
    editor: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="edits")
    reason = fields.CharField(max_length=200, default="", db_default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "post_revisions"
        unique_together = (("post", "number"),)


class Quote(Model):
    """A post quotes another one, as it stood at a revision."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="quotes")
    source: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="quoted_in")
    revision = fields.IntField()
    text = fields.TextField()

    class Meta:
        table = "quotes"
        indexes = (("source",),)


class Vote(Model):
    """One member found one post useful."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="voters")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="votes")
    created_at = fields.DatetimeField()

    class Meta:
        table = "votes"
        unique_together = (("post", "member"),)


class PostPlace(Model):
    """Where a post stood before it was moved to another thread: the address that people keep leads to it."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="post_places")
    number = fields.IntField()
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="places")

    class Meta:
        table = "post_places"
        unique_together = (("thread", "number"),)


class Doubt(Model):
    """One member did not find a post useful, and says why; nobody but its author and editors reads it."""

    id = fields.BigIntField(primary_key=True)
    post: fields.ForeignKeyRelation[Post] = fields.ForeignKeyField("models.Post", related_name="doubts")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="doubts")
    reason = fields.CharField(max_length=14)
    note = fields.CharField(max_length=300, default="", db_default="")
    created_at = fields.DatetimeField()

    class Meta:
        table = "doubts"
        unique_together = (("post", "member"),)
