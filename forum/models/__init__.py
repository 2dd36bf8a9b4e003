"""Tables of threads and posts."""

from forum.models.cases import CaseStudy, Metric
from forum.models.posts import Post, PostRevision, Quote, Vote
from forum.models.reading import Deflection, Draft, ReadMark, Watch
from forum.models.tags import Category, Tag
from forum.models.threads import QuestionDetails, Thread, ThreadPlatform, ThreadTag

__all__ = [
    "CaseStudy",
    "Category",
    "Deflection",
    "Draft",
    "Metric",
    "Post",
    "PostRevision",
    "QuestionDetails",
    "Quote",
    "ReadMark",
    "Tag",
    "Thread",
    "ThreadPlatform",
    "ThreadTag",
    "Vote",
    "Watch",
]

__models__ = [
    Category,
    Tag,
    Thread,
    ThreadTag,
    ThreadPlatform,
    QuestionDetails,
    CaseStudy,
    Metric,
    Post,
    PostRevision,
    Quote,
    Vote,
    ReadMark,
    Watch,
    Draft,
    Deflection,
]
