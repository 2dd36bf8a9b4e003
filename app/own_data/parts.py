"""What belongs into the copy of a member's data: each part a file of JSON, read row by row with its own columns.

No column is taken that is a secret, or tells of others what the member could not see.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the copy: `sql` has the place {ids} for the rows of members that are theirs, and {after} for the id."""

    name: str
    sql: str


def _of(name: str, columns: str, table: str, whose: str = "x.member_id", join: str = "") -> Part:
    return Part(
        name,
        f"SELECT x.id, {columns} FROM {table} x {join} WHERE {whose} IN ({{ids}}) AND x.id > ? ORDER BY x.id LIMIT ?",  # noqa: S608
    )


_POST: Final = "JOIN posts p ON p.id = x.post_id"
PARTS: Final = (
    _of("profile", "x.handle, x.name, x.email, x.title, x.bio, x.languages, x.locale, x.timezone, x.trust, x.state, "
        "x.mail_notices, x.accepts_letters, x.bio_for, x.languages_for, x.platforms_for, x.topics_for, x.created_at, "
        "x.last_seen_at", "members", "x.id"),
    _of("platforms", "p.name", "member_platforms", join="JOIN platforms p ON p.id = x.platform_id"),
    _of("memberships", "o.name AS organisation, x.role, x.state, x.main, x.title, x.words, x.since, x.until, x.was",
        "memberships", join="JOIN organisations o ON o.id = x.organisation_id"),
    _of("roles", "x.role, x.scope, x.since, x.until", "role_grants"),
    _of("consents", "x.what, x.version, x.value, x.at", "consents"),
    _of("sign_ins", "x.device, x.address, x.created_at, x.seen_at, x.expires_at, x.revoked_at", "sessions"),
    _of("tokens", "x.name, x.created_at, x.used_at, x.expires_at, x.revoked_at", "tokens"),
    _of("two_steps", "x.since", "two_factors"),
    _of("passkeys", "x.name, x.made_at, x.used_at", "passkeys"),
    _of("sign_ins_elsewhere", "i.name AS provider, x.email, x.created_at, x.used_at", "identity_links",
        join="JOIN identity_providers i ON i.id = x.provider_id"),
    _of("known_devices", "x.seen_at", "known_devices"),
    _of("topics", "x.name", "member_topics"),
    _of("organisations_asked_for", "x.name, x.domain, x.why, x.state, x.note, x.answer, x.words, x.created_at",
        "organisation_requests", "x.asked_by_id"),
    _of("asked_to_help", "x.thread_id, x.at", "question_asks"),
    _of("asked_others_to_help", "x.thread_id, x.at", "question_asks", "x.asked_by_id"),
    _of("domains_claimed", "o.name AS organisation, x.domain, x.at", "domain_claims", "x.by_id",
        "JOIN organisations o ON o.id = x.organisation_id"),
    _of("proposals_to_organisations", "o.name AS organisation, x.about, x.what, x.why, x.state, x.note, x.at",
        "organisation_proposals", "x.by_id", "JOIN organisations o ON o.id = x.organisation_id"),
    _of("requests_decided", "x.state, x.note, x.words, x.decided_at", "organisation_requests", "x.decided_by_id"),
    _of("proposals_decided", "x.state, x.note, x.decided_at", "organisation_proposals", "x.decided_by_id"),
    _of("unmaskings_asked", "x.reason, x.state, x.asked_at", "unmaskings", "x.asked_by_id"),
    _of("unmaskings_decided", "x.state, x.note, x.decided_at", "unmaskings", "x.decided_by_id"),
    _of("changes_of_threads", "x.thread_id, x.kind, x.reason, x.at", "thread_changes"),
    _of("case_studies_graded", "x.thread_id, x.evidence, x.evidence_why, x.evidence_at", "case_studies",
        "x.evidence_by_id"),
    _of("suggestions_decided", "x.article_id, x.state, x.note, x.decided_at", "suggestions", "x.decided_by_id"),
    _of("practices_looked_after", "x.title, x.state", "articles", "x.owner_id"),
    _of("taken_on", "x.subject, x.subject_id, x.at", "assignments"),
    _of("deputies", "d.name, x.until, x.at", "delegations", join="JOIN members d ON d.id = x.deputy_id"),
    _of("stands_in_for", "d.name, x.until", "delegations", "x.deputy_id", "JOIN members d ON d.id = x.member_id"),
    _of("invitations_sent", "x.email, x.name, x.title, x.role, x.welcome, x.created_at, x.accepted_at, x.revoked_at",
        "invitations", "x.invited_by_id"),
    _of("came_by_invitation", "x.at, x.accepted_at", "invitation_uses"),
    _of("masks", "k.place, x.name, x.title, k.created_at", "members", "x.state = 'mask' AND x.id",
        "JOIN masks k ON k.member_id = x.id"),
    _of("threads", "x.kind, x.title, x.state, x.resolution, x.audience, x.created_at", "threads", "x.author_id"),
    _of("questions", "x.thread_id, x.goal, x.setting, x.audience_served, x.constraints, x.needed_by",
        "question_details", "t.author_id", "JOIN threads t ON t.id = x.thread_id"),
    _of("case_studies", "x.thread_id, x.summary, x.problem, x.audience_served, x.what_we_did, x.planning, "
        "x.staff_hours, x.cost_band, x.tools, x.started_on, x.ended_on, x.direction, x.results, x.unintended, "
        'x.lessons, x.getting_started, x.sustaining, x.again, x.patient_involvement, x.approvals, x.sponsorship, '
        'x.vendor_ties, x.setting AS organisation_then, '
        'x."references", x.contact, x.licence', "case_studies", "t.author_id", "JOIN threads t ON t.id = x.thread_id"),
    _of("metrics", "s.thread_id, x.name, x.kind, x.baseline, x.result, x.unit, x.period, x.source, x.comparison, "
        "x.sample", "metrics", "t.author_id",
        "JOIN case_studies s ON s.id = x.case_id JOIN threads t ON t.id = s.thread_id"),
    _of("posts", "x.thread_id, x.number, x.kind, x.state, x.votes, x.created_at, x.edited_at, x.outdated_why, "
        "x.industry",
        "posts", "x.author_id"),
    _of("versions_of_posts", "p.thread_id, p.number AS post, x.number AS version, x.title, x.body, x.reason, "
        "x.created_at",
        "post_revisions", "p.author_id = x.editor_id AND x.editor_id", _POST),
    _of("edits_of_others", "p.thread_id, p.number AS post, x.number AS version, x.reason, x.created_at",
        "post_revisions", "p.author_id <> x.editor_id AND x.editor_id", _POST),
    _of("votes", "p.thread_id, p.number AS post, x.created_at", "votes", join=_POST),
    _of("doubts", "p.thread_id, p.number AS post, x.reason, x.note, x.created_at", "doubts", join=_POST),
    _of("bookmarks", "x.target, x.target_id, l.name AS list, x.note, x.remind_at, x.created_at", "bookmarks",
        join="LEFT JOIN reading_lists l ON l.id = x.list_id"),
    _of("reading_lists", "x.name, x.created_at", "reading_lists"),
    _of("drafts", "x.place, x.title, x.given, x.updated_at", "drafts"),
    _of("following", "x.target, x.target_id, x.level, x.at", "watches"),
    _of("read", "x.thread_id, x.number, x.seconds, x.at", "read_marks"),
    _of("notices", "x.kind, x.subject, x.url, x.reason, x.created_at, x.read_at", "notices"),
    _of("notices_off", "x.because, x.at", "notice_switches"),
    _of("files", "x.name, x.media_type, x.size, x.alt, x.title, x.licence, x.gate, x.gate_ref, x.gate_on, "
        "x.stripped, x.created_at",
        "uploads", "x.owner_id"),
    _of("nominations", "x.thread_id, x.why, x.state, x.at", "nominations"),
    _of("suggestions", "x.article_id, x.section, x.text, x.why, x.state, x.at", "suggestions", "x.author_id"),
    _of("review_comments", "x.revision_id, x.section, x.paragraph, x.text, x.created_at", "review_comments",
        "x.author_id"),
    _of("reviews", "x.revision_id, x.decision, x.note, x.created_at, x.signed_at", "reviews", "x.reviewer_id"),
    _of("verifications", "x.article_id, x.revision, x.method, x.note, x.at", "verifications", "x.by_id"),
    _of("adoptions_recorded", "x.article_id, x.state, x.note, x.at", "adoption_changes", "x.by_id"),
    _of("credits", "x.article_id, x.role, x.credit, x.attribution", "contributors"),
    _of("collections", "x.title, x.about, x.created_at", "collections", "x.owner_id"),
    _of("collection_progress", "x.item_id, x.at", "collection_progress"),
    _of("platform_changes", "x.title, x.text, x.happened_on, x.recorded_at", "platform_changes", "x.by_id"),
    _of("journal", "x.kind, x.subject_id, x.data, x.at", "journal_entries", "x.actor_id"),
    _of("journal_about_me", "x.kind, x.at", "journal_entries",
        "x.kind LIKE 'member.%' AND COALESCE(x.actor_id, 0) <> x.subject_id AND x.subject_id"),
    _of("leaving", "x.kind, x.state, x.asked_at, x.due_at", "departures"),
)  # fmt: skip
# By what else they are known: their address, and how votes on practices name members.
LETTERS: Final = Part(
    "letters",
    'SELECT id, subject, state, created_at, sent_at FROM outgoing_mail WHERE "to" = ? AND id > ? ORDER BY id LIMIT ?',
)
HELPFUL: Final = Part(
    "votes_on_practices",
    "SELECT id, article_id, revision, helpful, reason, section, comment, at FROM helpful_votes "
    "WHERE voter = ? AND id > ? ORDER BY id LIMIT ?",
)
