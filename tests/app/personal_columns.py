"""What becomes of every column that can say something of a person, and where it stands in the copy of their data."""

# When somebody leaves, in either way: their rows are deleted, or the column names nobody any more.
GOES = frozenset({
    "articles.owner", "assignments.member", "bookmarks.member", "collection_progress.member", "collections.owner",
    "data_exports.member", "delegations.deputy", "delegations.member", "drafts.member", "identity_links.member",
    "invitation_uses.member", "known_devices.member", "member_platforms.member", "member_topics.member",
    "memberships.member", "notice_switches.member", "notices.actor", "notices.member", "passkeys.member",
    "question_asks.asked_by", "question_asks.member", "read_marks.member", "reading_lists.member",
    "recovery_codes.member", "role_grants.member", "second_steps.member", "sessions.member", "tokens.member",
    "two_factors.member", "watches.member",
})  # fmt: skip
# Only of who takes back what they wrote.
GOES_ON_WITHDRAWAL = frozenset({"nominations.member"})
# The number of a row without a name: what was written, decided or agreed to belongs to it.
STAYS = frozenset({
    "adoption_changes.by", "adoption_changes.decided_by", "adoptions.by", "article_revisions.author",
    "article_revisions.last_editor", "articles.verified_by", "assignments.by", "case_studies.evidence_by",
    "consents.member", "contributors.member", "departures.by", "departures.member", "domain_claims.by",
    "doubts.member", "invitations.invited_by", "legal_texts.by", "masks.member", "organisation_proposals.by",
    "organisation_proposals.decided_by", "organisation_requests.asked_by", "organisation_requests.decided_by",
    "platform_changes.by", "platform_uses.checked_by", "post_revisions.editor", "posts.accepted_by", "posts.author",
    "posts.deleted_by", "review_comments.author", "reviews.asked_by", "reviews.reviewer", "role_grants.granted_by",
    "site_settings.changed_by", "source_links.added_by", "suggestions.author", "suggestions.decided_by",
    "thread_changes.member", "threads.author", "unmaskings.asked_by", "unmaskings.decided_by", "uploads.owner",
    "uploads.reviewed_by", "verifications.by", "votes.member",
})  # fmt: skip
# Columns without a key to members whose names say that a person may stand there, and what becomes of it.
SAYS_WHO = {
    "blanked in the row": (
        "members.handle members.name members.email members.title members.bio members.password_hash members.bio_for "
        "helpful_votes.voter masks.owner invitations.email invitations.name invitations.title "
        "organisations.privacy_contact uploads.name uploads.title"
    ),
    "gone with the row": (
        "memberships.title memberships.words memberships.was member_topics.name sessions.device sessions.address "
        "tokens.name passkeys.handle passkeys.name identity_links.email identity_links.subject reading_lists.name "
        "drafts.title outgoing_mail.to organisation_requests.name organisation_requests.words notices.subject"
    ),
    "kept, for they agreed to it": "contributors.attribution",
    "a number, or looked through": (
        "journal_entries.actor_id journal_entries.subject_id journal_entries.data origins.subject_id "
        "notices.because_id watches.target_id notices.because notice_switches.because outgoing_mail.subject "
        "journal_deliveries.subscriber "
        "assignments.subject assignments.subject_id bookmarks.target_id two_factors.session_id "
        "known_devices.session_id origins.external_id deflections.target_id upload_uses.target_id"
    ),
    "nobody's: of organisations, places, things and the site": (
        "regions.name organisations.name platforms.name platform_aliases.name identity_providers.name "
        "identity_providers.email_claim identity_providers.name_claim categories.name tags.name metrics.name "
        "site_settings.name legal_texts.title platform_changes.title case_studies.contact departures.was "
        "role_grants.scope_id identity_providers.client_id masks.shared_by passkeys.public_key "
        "organisations.logo_id threads.summary_post_id threads.article_id"
    ),
    "what people wrote: stays, looked through, or is withdrawn with it": (
        "threads.title threads.article_title post_revisions.title articles.title article_revisions.title "
        "collections.title collection_items.title reviews.words search_log.query search_gaps_dismissed.query "
        "deflections.title"
    ),
    "hashes that nobody can turn back": "limit_counts.key notices.key outgoing_mail.key",
}
# No part of the copy, and why.
NOT_COPIED = {
    "secrets, or nothing but secrets": "recovery_codes.member second_steps.member",
    "the copy itself": "data_exports.member",
    "what others did, which says nothing of whom it was done to but the notice they got": (
        "notices.actor role_grants.granted_by reviews.asked_by assignments.by departures.by"
    ),
    "a stamp on what belongs to others or to all; that they did it stands in their part of the journal": (
        "adoption_changes.decided_by adoptions.by articles.verified_by legal_texts.by platform_uses.checked_by "
        "posts.accepted_by posts.deleted_by site_settings.changed_by source_links.added_by uploads.reviewed_by"
    ),
    "in texts/, with its words": "article_revisions.author article_revisions.last_editor",
    "told as masks": "masks.member",
}
# Columns with words in tables that are copied, and why they are not.
NOT_GIVEN = {
    "secrets, and what programs name things by": (
        "members.password_hash sessions.hash tokens.hash two_factors.secret passkeys.credential passkeys.handle "
        "passkeys.public_key passkeys.transports departures.was known_devices.hash identity_links.subject "
        "identity_links.given "
        "domain_claims.token domain_claims.found member_topics.slug notices.key notices.group notices.mail_state "
        "notices.because posts.once threads.once threads.slug uploads.sha256 articles.slug collections.slug "
    ),
    "drawn from words that are given, or given as texts": "posts.body posts.html threads.excerpt notices.text",
    "words of others": (
        "threads.closed_reason threads.article_title articles.summary articles.evidence_why articles.state_reason "
        "suggestions.before suggestions.note review_comments.quote reviews.words unmaskings.url "
        "thread_changes.before "
    ),
}


def named(groups: dict[str, str]) -> frozenset[str]:
    """Return all columns of a list with reasons."""
    return frozenset(column for columns in groups.values() for column in columns.split())
