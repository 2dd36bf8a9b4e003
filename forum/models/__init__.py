"""Tables of threads and posts."""

from forum.models.cases import CaseStudy, Metric
from forum.models.posts import Doubt, Post, PostPlace, PostRevision, Quote, Vote
from forum.models.reading import Bookmark, Deflection, Draft, ReadingList, ReadMark, Watch
from forum.models.tags import Category, Tag
from forum.models.threads import QuestionAsk, QuestionDetails, Thread, ThreadChange, ThreadPlatform, ThreadTag
from forum.models.uploads import Upload, UploadUse

__all__ = [
    "Bookmark",
    "CaseStudy",
    "Category",
    "Deflection",
    "Doubt",
    "Draft",
    "Metric",
    "Post",
    "PostPlace",
    "PostRevision",
    "QuestionAsk",
    "QuestionDetails",
    "Quote",
    "ReadMark",
    "ReadingList",
    "Tag",
    "Thread",
    "ThreadChange",
    "ThreadPlatform",
    "ThreadTag",
    "Upload",
    "UploadUse",
    "Vote",
    "Watch",
]

__models__ = [
    Category,
    Tag,
    Thread,
    ThreadTag,
    ThreadPlatform,
    ThreadChange,
    QuestionDetails,
    QuestionAsk,
    CaseStudy,
    Metric,
    Post,
    PostRevision,
    PostPlace,
    Quote,
    Vote,
    Doubt,
    ReadMark,
    Watch,
    ReadingList,
    Bookmark,
    Draft,
    Deflection,
    Upload,
    UploadUse,
]
