"""Tables of best-practice articles."""

from kb.models.articles import Article, ArticlePlatform, ArticleTag
from kb.models.assignments import Assignment
from kb.models.collections import ArticleLink, Collection, CollectionItem, CollectionProgress
from kb.models.delegations import Delegation
from kb.models.nominations import Nomination
from kb.models.readers import ArticleReads, HelpfulVote, Suggestion
from kb.models.revisions import ArticleRevision, Review, ReviewComment
from kb.models.sources import Adoption, AdoptionChange, Contributor, LinkedPage, SourceLink, Verification

__all__ = [
    "Adoption",
    "AdoptionChange",
    "Article",
    "ArticleLink",
    "ArticlePlatform",
    "ArticleReads",
    "ArticleRevision",
    "ArticleTag",
    "Assignment",
    "Collection",
    "CollectionItem",
    "CollectionProgress",
    "Contributor",
    "Delegation",
    "HelpfulVote",
    "LinkedPage",
    "Nomination",
    "Review",
    "ReviewComment",
    "SourceLink",
    "Suggestion",
    "Verification",
]

__models__ = [
    Article,
    ArticleTag,
    ArticlePlatform,
    ArticleRevision,
    Review,
    ReviewComment,
    SourceLink,
    LinkedPage,
    Contributor,
    Verification,
    Adoption,
    AdoptionChange,
    Nomination,
    HelpfulVote,
    ArticleReads,
    Suggestion,
    Collection,
    CollectionItem,
    CollectionProgress,
    ArticleLink,
    Delegation,
    Assignment,
]
