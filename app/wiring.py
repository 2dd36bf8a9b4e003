"""Put the features together: routes, doors, findable things, subscribers, chores."""

from typing import Any, Final

from starlette.routing import BaseRoute

import base.web.render
import forum.api
import forum.notices
import forum.pages
import forum.pages.thread_shown
import forum.pages.topics
import forum.searchable
import kb.api
import kb.notices
import kb.pages
import kb.searchable
import members.api
import members.notices
import members.pages
import members.private
import search_index.api
import search_index.pages
from app import backup_notices, samples
from app.industry import vendors_among
from app.leaving.ledger import note_gone
from app.leaving.letters import take_letters_back
from app.leaving.texts import forget_reasons, rewrite_texts
from app.own_data import make
from app.people_searchable import GUARDS as PEOPLE_GUARDS
from app.people_searchable import SOURCES as PEOPLE
from base.db.version import ALSO
from base.journal import subscribe
from base.web.endpoints import Endpoint
from forum import signoff_notices, upload_notices
from forum.actions import follow_masks, follow_regions
from forum.actions import follow_moves as follow_posts
from forum.actions.forget_author import forget_author
from forum.actions.watch import follow_as
from forum.actions.withdraw import withdraw
from forum.pages.above import above
from forum.queries.carriers import CARRIERS, THREADS
from forum.queries.elsewhere import PRACTICES
from forum.queries.keepable import PROVIDERS
from forum.queries.platforms import addresses_of_platforms
from forum.queries.shelves import shelves
from forum.queries.taking_along import threads_taken_along
from forum.queries.taking_part import tell_taken_part
from forum.queries.topics import addresses_of_topics
from forum.queries.watching import followed, follows
from forum.rules.uploads import READERS
from kb.actions import follow_links, follow_moves, follow_pages, follow_replies, follow_sources
from kb.actions import forget_member as of_practices
from kb.queries.adopted import adopted_by, uses_taken_along
from kb.queries.collections import around_thread
from kb.queries.duties import duties_in_practices
from kb.queries.files import files_of_articles
from kb.queries.keepable import kept_articles
from kb.queries.practices import ARTICLES, articles_about, practice_at, practice_of
from members import console_notices, leaving
from members.actions import recheck_masks, tell_deciders
from members.actions.forget_member import forget_member
from members.held_up import asked
from members.queries import duties, following, taking_along
from members.queries.contributions import offer
from members.queries.trust import TOLD
from search_index import keep_up
from search_index.document import Source
from search_index.engines.analysis import analyser
from search_index.queries.guards import register_guard, register_vendors
from search_index.queries.helping import register_pages
from search_index.synonyms import stem_by

SOURCES: Final[dict[str, Source]] = {
    source.kind: source for source in (*PEOPLE, *forum.searchable.SOURCES, *kb.searchable.SOURCES)
}
ENDPOINTS: Final[list[Endpoint[Any]]] = [
    *members.api.ENDPOINTS,
    *search_index.api.ENDPOINTS,
    *forum.api.ENDPOINTS,
    *kb.api.ENDPOINTS,
]


def routes() -> list[BaseRoute]:
    """Return every route of the features, pages first, and of these what is asked for most: each is tried in turn."""
    doors: list[BaseRoute] = [endpoint.route() for endpoint in ENDPOINTS]
    return [*forum.pages.ROUTES, *kb.pages.ROUTES, *search_index.pages.ROUTES, *members.pages.ROUTES, *doors]


def wire() -> None:
    """Subscribe every feature to the journal, and let each ask what only another knows; the same in every process."""
    _subscribe()
    _introduce()


def _subscribe() -> None:
    """Let every feature hear of the acts that concern it."""
    subscribe(keep_up.NAME, keep_up.prefixes(SOURCES), keep_up.handler(SOURCES), imports=True)
    for feature in (members.notices, forum.notices, kb.notices):
        for name, (prefixes, handler) in feature.SUBSCRIPTIONS.items():
            subscribe(name, prefixes, handler)
    subscribe("organisations_asking", tell_deciders.KINDS, tell_deciders.tell_deciders)
    subscribe("masks", recheck_masks.KINDS, recheck_masks.follow_people)
    subscribe("forum_regions", follow_regions.KINDS, follow_regions.follow_regions)
    subscribe("forum_moves", follow_posts.KINDS, follow_posts.follow_moves)
    subscribe("practice_moves", follow_moves.KINDS, follow_moves.follow_moves)
    subscribe("upload_notices", upload_notices.KINDS, upload_notices.tell_of_uploads)
    subscribe("console_notices", console_notices.KINDS, console_notices.tell_of_places)
    subscribe("signoff_notices", signoff_notices.KINDS, signoff_notices.tell_who_signs_off)
    subscribe("backup_notices", backup_notices.KINDS, backup_notices.tell_of_backups)
    subscribe("practice_sources", follow_sources.KINDS, follow_sources.follow_sources)
    subscribe("practice_replies", follow_replies.KINDS, follow_replies.follow_replies)
    subscribe("practice_pages", follow_pages.KINDS, follow_pages.follow_pages, imports=True)
    subscribe("practice_links", follow_links.KINDS, follow_links.follow_links, imports=True)
    subscribe(make.NAME, make.KINDS, make.make_copies)
    subscribe(samples.NAME, samples.KINDS, samples.make_samples)


def _introduce() -> None:
    """Let lower floors ask what only higher ones know."""
    ALSO[:] = [members.private.LOOK]
    base.web.render.ABOVE[:] = [above, asked]
    forum.pages.topics.ARTICLES[:] = [articles_about]
    forum.pages.thread_shown.READING[:] = [around_thread]
    forum.pages.thread_shown.PRACTICE[:] = [practice_of]
    PRACTICES[:] = [practice_at]
    CARRIERS[:] = [THREADS, ARTICLES]
    READERS[:] = [files_of_articles]
    PROVIDERS["article"] = kept_articles
    register_vendors(vendors_among)
    for kind, guard in (PEOPLE_GUARDS | forum.searchable.GUARDS | kb.searchable.GUARDS).items():
        register_guard(kind, guard)
    register_pages("platform", addresses_of_platforms)
    register_pages("tag", addresses_of_topics)
    stem_by(lambda word, language: analyser(language).stem(word))
    offer("forum", shelves)
    TOLD[:] = [tell_taken_part]
    offer("adopted", adopted_by)
    duties.OFFERED[:] = [duties_in_practices]
    taking_along.OFFERED[:] = [threads_taken_along, uses_taken_along]
    recheck_masks.SHRINK[:], recheck_masks.AUDIENCES[:] = [follow_masks.show_less], [follow_masks.narrow_audiences]
    leaving.STEPS[:] = [
        note_gone, withdraw, forget_author, of_practices.forget_member, rewrite_texts, forget_reasons,
        take_letters_back, forget_member,
    ]  # fmt: skip
    following.LOOK[:], following.NAME[:], following.FOLLOW[:] = [followed], [follows], [follow_as]


__all__ = ["ENDPOINTS", "SOURCES", "routes", "wire"]
