"""Tables of best-practice articles."""

from kb.models.articles import Article, ArticlePlatform, ArticleTag
from kb.models.collections import ArticleLink, Collection, CollectionItem
from kb.models.delegations import Delegation
from kb.models.nominations import Nomination
from kb.models.readers import HelpfulVote, Suggestion
from kb.models.revisions import ArticleRevision, Review, ReviewComment
from kb.models.sources import Adoption, AdoptionChange, Contributor, SourceLink, Verification

__all__ = [
    "Adoption",
    "AdoptionChange",
    "Article",
    "ArticleLink",
    "ArticlePlatform",
    "ArticleRevision",
    "ArticleTag",
    "Collection",
    "CollectionItem",
    "Contributor",
    "Delegation",
    "HelpfulVote",
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
    Contributor,
    Verification,
    Adoption,
    AdoptionChange,
    Nomination,
    HelpfulVote,
    Suggestion,
    Collection,
    CollectionItem,
    ArticleLink,
    Delegation,
]
