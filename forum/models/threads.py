"""Tables of threads."""

from datetime import date, datetime
from typing import Any

from tortoise import fields

from base.db.model import Model
from forum.models.tags import Category, Tag
from members.models import Member, Organisation, Platform, Region


class Thread(Model):
    """A question, case study, discussion or announcement.

    `kind` is question, case_study, discussion or announcement. `state` is published, hidden, deleted or merged.
    `resolution` (questions) is unanswered, answered, solved, duplicate or closed. `version` rises with every
    write that changes what a reader of the thread sees. Counts leave out what is deleted or hidden: `replies` are
    answers, replies and comments, `answers` those of a question alone, `votes` those of the opening. `last_number`
    and `last_position` are the highest given to a post. `once` is the one-time key of the form it was sent with.
    At `closes_at` it closes by itself; until `banner_until` an announcement stands above every page. `summary_post_id`
    is the answer so far, written when the highest post was `summary_upto`. A thread that was `merged_into` another one
    leads there.
    """

    id = fields.BigIntField(primary_key=True)
    kind = fields.CharField(max_length=12)
    title = fields.CharField(max_length=255)
    slug = fields.CharField(max_length=80)
    excerpt = fields.CharField(max_length=300, default="", db_default="")
    category: fields.ForeignKeyNullableRelation[Category] = fields.ForeignKeyField(
        "models.Category", related_name="threads", null=True, on_delete=fields.SET_NULL
    )
    author: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="threads")
    organisation: fields.ForeignKeyNullableRelation[Organisation] = fields.ForeignKeyField(
        "models.Organisation", related_name="threads", null=True, on_delete=fields.SET_NULL
    )
    region: fields.ForeignKeyNullableRelation[Region] = fields.ForeignKeyField(
        "models.Region", related_name="threads", null=True, on_delete=fields.SET_NULL
    )
    language = fields.CharField(max_length=8, default="en", db_default="en")
    audience = fields.CharField(max_length=24, default="public", db_default="public")
    state = fields.CharField(max_length=12, default="published", db_default="published")
    resolution = fields.CharField(max_length=12, default="", db_default="")
    closed_reason = fields.CharField(max_length=300, default="", db_default="")
    locked = fields.BooleanField(default=False, db_default=False)
    pinned_until: datetime | None = fields.DatetimeField(null=True)
    duplicate_of: fields.ForeignKeyNullableRelation["Thread"] = fields.ForeignKeyField(
        "models.Thread", related_name="duplicates", null=True, on_delete=fields.SET_NULL
    )
    merged_into: fields.ForeignKeyNullableRelation["Thread"] = fields.ForeignKeyField(
        "models.Thread", related_name="merged", null=True, on_delete=fields.SET_NULL
    )
    closes_at: datetime | None = fields.DatetimeField(null=True)
    banner_until: datetime | None = fields.DatetimeField(null=True)
    summary_post_id: int | None = fields.BigIntField(null=True)
    summary_upto = fields.IntField(default=0, db_default=0)
    article_id: int | None = fields.BigIntField(null=True)
    article_title = fields.CharField(max_length=255, default="", db_default="")
    article_audience = fields.CharField(max_length=24, default="public", db_default="public")
    created_at = fields.DatetimeField()
    active_at = fields.DatetimeField()
    last_number = fields.IntField(default=1, db_default=1)
    last_position = fields.IntField(default=0, db_default=0)
    replies = fields.IntField(default=0, db_default=0)
    answers = fields.IntField(default=0, db_default=0)
    votes = fields.IntField(default=0, db_default=0)
    views = fields.IntField(default=0, db_default=0)
    version = fields.IntField(default=1, db_default=1)
    once = fields.CharField(max_length=64, null=True)

    class Meta:
        table = "threads"
        unique_together = (("author", "once"),)
        indexes = (
            # With the audience at the end, a list counts and turns its pages in the index alone.
            ("state", "active_at", "id", "audience"),
            ("kind", "state", "active_at", "id", "audience"),
            ("state", "created_at", "id", "audience"),
            ("pinned_until",),
            ("closes_at",),
            ("banner_until",),
            ("author", "created_at"),
            ("organisation", "created_at"),
            ("article_id",),
        )


class ThreadTag(Model):
    """A tag on a thread."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="tags")
    tag: fields.ForeignKeyRelation[Tag] = fields.ForeignKeyField("models.Tag", related_name="threads")

    class Meta:
        table = "thread_tags"
        unique_together = (("thread", "tag"),)
        indexes = (("tag", "thread"),)


class ThreadPlatform(Model):
    """A platform that a thread is about."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="platforms")
    platform: fields.ForeignKeyRelation[Platform] = fields.ForeignKeyField("models.Platform", related_name="threads")

    class Meta:
        table = "thread_platforms"
        unique_together = (("thread", "platform"),)
        indexes = (("platform", "thread"),)


class QuestionDetails(Model):
    """The form fields of a question, beside its text; `constraints` are words of forum/rules.py with commas."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.OneToOneRelation[Thread] = fields.OneToOneField("models.Thread", related_name="question")
    goal = fields.CharField(max_length=300, default="", db_default="")
    setting = fields.CharField(max_length=160, default="", db_default="")
    audience_served = fields.CharField(max_length=160, default="", db_default="")
    constraints = fields.CharField(max_length=120, default="", db_default="")
    needed_by: date | None = fields.DateField(null=True)
    people_asked = fields.IntField(default=0, db_default=0)

    class Meta:
        table = "question_details"


class QuestionAsk(Model):
    """That somebody who looks after a question asked a member to help with it; nobody is asked twice."""

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="asks")
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="asked_for")
    asked_by: fields.ForeignKeyNullableRelation[Member] = fields.ForeignKeyField(
        "models.Member", related_name="asks", null=True, on_delete=fields.SET_NULL
    )
    at = fields.DatetimeField()

    class Meta:
        table = "question_asks"
        unique_together = (("thread", "member"),)
        indexes = (("member", "at"),)


class ThreadChange(Model):
    """Something that was done to a whole thread and can be taken back for a while; `before` is what it was.

    `kind` is moved, split, merged, converted, closing, pinned or banner.
    """

    id = fields.BigIntField(primary_key=True)
    thread: fields.ForeignKeyRelation[Thread] = fields.ForeignKeyField("models.Thread", related_name="changes")
    kind = fields.CharField(max_length=12)
    member: fields.ForeignKeyRelation[Member] = fields.ForeignKeyField("models.Member", related_name="thread_changes")
    reason = fields.CharField(max_length=200, default="", db_default="")
    before: dict[str, Any] = fields.JSONField(default=dict)
    at = fields.DatetimeField()
    undone_at: datetime | None = fields.DatetimeField(null=True)

    class Meta:
        table = "thread_changes"
        indexes = (("thread", "id"),)
