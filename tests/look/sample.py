"""Sample data for the gallery of parts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace as Thing

from markupsafe import Markup

from forum.queries.case_view import MetricView

NOW = datetime.now(UTC)


def ago(**span: float) -> datetime:
    return NOW - timedelta(**span)


def person(name: str, organisation: str = "", title: str = "", **more: object) -> Thing:
    handle = name.lower().replace(" ", "-").replace(".", "")
    return Thing(**{"name": name, "handle": handle, "organisation": organisation, "title": title} | more)


def named(*names: str) -> list[Thing]:
    return [Thing(name=name, slug=name.lower().replace(" ", "-")) for name in names]


MARA = person("Mara Visser", "St. Elisabeth Hospital", "Communications officer")
JONAS = person("Jonas Okafor", "St. Brennan’s", "Head of digital")
LOTTE = person("Lotte Verhagen", "Zuiderlicht Clinics", "Social media editor")
ANA = person("Ana Ribeiro", "Hospital da Serra", "Recruitment marketing", hat="Community leader")
VENDOR = person("Kit Marlow", "ReachWell", "Account manager", is_vendor=True)
MASKED = person("A member", "hospital, 200–499 beds, NL", "Communications", handle=None)
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft.example/very/long"

THREADS = [
    Thing(
        url="#1",
        kind="question",
        title="How did you answer negative Google reviews without breaking privacy?",
        replies=6,
        author=MARA,
        at=ago(hours=5),
        state="solved",
        promoted=True,
        excerpt="Legal wants silence, the wards want the record put straight. We get about nine reviews a week.",
        platforms=named("Google Business Profile"),
        tags=named("reviews", "privacy"),
    ),
    Thing(
        url="#2",
        kind="case_study",
        title="Nurses on camera: what twelve short YouTube films did for recruitment",
        replies=14,
        author=JONAS,
        at=ago(days=1),
        result="mixed",
        evidence="E3",
        excerpt="Applications rose by a third, but two films drew comments that we could not answer in public.",
        platforms=named("YouTube", "LinkedIn"),
        tags=named("recruitment", "video"),
    ),
    Thing(
        url="#3",
        kind="question",
        title="Who signs in to the shared ward account after hours?",
        replies=0,
        author=MASKED,
        at=ago(minutes=35),
        state="unanswered",
        platforms=named("X"),
        tags=named("accounts"),
        excerpt="Personal sign-in is policy, but the night shift shares one phone. Is there a middle way?",
    ),
    Thing(
        url="#4",
        kind="discussion",
        title="Leaving X: what did you lose, and did anyone notice?",
        replies=1204,
        author=ANA,
        at=ago(days=40),
        platforms=named("X", "Bluesky"),
        tags=named("strategy"),
    ),
    Thing(
        url="#5",
        kind="announcement",
        title="The spring round of case studies is open until 15 December",
        replies=2,
        author=None,
        at=ago(days=12),
        state="pinned",
    ),
    Thing(
        url="#6",
        kind="question",
        title=f"A title with one very long word: {LONG}",
        replies=3,
        author=LOTTE,
        at=ago(days=3),
        state="answered",
        excerpt=LONG * 2,
        tags=named("hygiene", LONG),
    ),
]
ARTICLES = [
    Thing(
        url="#a1",
        title="Replying to reviews without confirming that someone is a patient",
        kind="article",
        summary="Four sentence patterns, who signs off, and when to move to the telephone.",
        evidence="E2",
        verification="verified",
        until=NOW + timedelta(days=150),
        sources=3,
    ),
    Thing(
        url="#a2",
        title="Nurses on camera: twelve short films",
        kind="case_study",
        summary="",
        at=ago(days=20),
        result="worked",
        numbers=[
            Thing(value="+34 %", words="applications in two quarters"),
            Thing(value="9 wk", words="from idea to first film"),
        ],
    ),
    Thing(
        url="#a3",
        title="Governing sub-brand accounts on LinkedIn",
        summary="One owner, one page, one exit rule.",
        evidence="E4",
        verification="overdue",
        until=ago(days=10),
        sources=1,
    ),
]
BODY = Markup(
    "<p>We use <strong>three sentences</strong> and never confirm that the writer was a patient. The rule is that "
    "every reply has <em>a name in the rota</em>, never a team.</p><ul><li>Thank, without repeating the story.</li>"
    "<li>Offer a telephone number, not a form.</li><li>Stop after one reply.</li></ul>"
    "<blockquote><p>How did you measure whether it helped?</p></blockquote>"
    '<p>See <a href="https://example.org">our template</a>; the field is called <code>reply_owner</code>.</p>'
    "<pre><code>score = answered / received * 100  # a long line of code that has to fold inside its box</code></pre>"
)
POSTS = [
    Thing(number=1, author=MARA, at=ago(days=4), html=Markup("<p>Nine reviews a week. What do you do?</p>")),
    Thing(number=2, author=JONAS, at=ago(days=3), html=BODY, edited_at=ago(days=2), edits_url="#edits"),
    Thing(
        number=3,
        author=LOTTE,
        at=ago(days=2),
        html=Markup("<p>Same here, with one warning: the rota must be right.</p>"),
    ),
    Thing(number=4, author=VENDOR, at=ago(hours=3), html=Markup("<p>Our product can route these to one inbox.</p>")),
    Thing(number=5, author=ANA, at=ago(hours=2), html=BODY, deleted=True, deleted_reason="Removed by its author."),
    Thing(number=6, author=MASKED, at=ago(hours=1), html=Markup(f"<p>{LONG}</p>")),
]
COMMENTS = [
    Thing(number=7, author=ANA, at=ago(hours=20), html=Markup("<p>Do you count stars or only texts?</p>")),
    Thing(author=JONAS, at=ago(hours=19), html=Markup("<p>Texts only; stars cannot be answered.</p>")),
]
METRICS = [
    MetricView(
        name="Applications per quarter", kind="reach", baseline=Decimal(128), result=Decimal(172), unit="",
        period="Jan–Jun 2026", source="recruitment system", comparison="before_after", n=300,
    ),
    MetricView(
        name="Cost per hire", kind="cost", baseline=Decimal("4120.5"), result=Decimal(3100), unit="€", period="",
        source="", comparison="none", n=None,
    ),
    MetricView(
        name="Comments needing a reply", kind="other", baseline=None, result=Decimal(41), unit="", period="",
        source="", comparison="none", n=None,
    ),
]  # fmt: skip
HITS = [
    Thing(
        kind="article",
        url="#h1",
        title=Markup("Replying to <mark>reviews</mark>"),
        evidence="E2",
        verification="verified",
        until=NOW + timedelta(days=150),
        snippet=Markup("Four patterns for <mark>reviews</mark> that name no patient."),
        byline="From 3 threads",
        at=ago(days=33),
        platforms=named("Google Business Profile"),
    ),
    Thing(
        kind="question",
        url="#h2",
        title="How did you answer negative Google reviews?",
        state="solved",
        where="answer #14",
        snippet=Markup("We never confirm that a <mark>reviewer</mark> was here."),
        byline="Jonas Okafor, St. Brennan’s",
        at=ago(days=3),
    ),
    Thing(kind="organisation", url="#h3", title="St. Brennan’s", snippet="Teaching hospital, 620 beds, Ireland"),
    Thing(kind="person", url="#h4", title="Jonas Okafor", snippet="Head of digital"),
]
FACETS = [
    Thing(
        name="type",
        label="Type",
        options=[
            Thing(value="article", label="Practices", count=2, on=True),
            Thing(value="case_study", label="Case studies", count=5, on=False),
            Thing(value="question", label="Questions", count=1031, on=False),
        ],
    ),
    Thing(
        name="platform",
        label="Platform",
        options=[
            Thing(value=str(n), label=name, count=38 - n, on=False)
            for n, name in enumerate(
                [
                    "YouTube",
                    "LinkedIn",
                    "X",
                    "Facebook",
                    "Instagram",
                    "WhatsApp",
                    "Google Business Profile",
                    "TikTok",
                    "Bluesky",
                    "Mastodon",
                ]
            )
        ],
    ),
]
CHANGES = [
    Thing(kind="same", text="We reply within "),
    Thing(kind="removed", text="two days"),
    Thing(kind="added", text="one working day"),
    Thing(kind="same", text=" and sign with a first name."),
]
SOURCES = [
    Thing(
        url="#s1",
        title="How did you answer negative Google reviews?",
        number=2,
        author=JONAS,
        state="ok",
        kind="question",
        text="We use three sentences and never confirm that the writer was a patient.",
    ),
    Thing(
        url="#s2", title="Reviews: who signs?", number=9, author="Lotte Verhagen", state="changed", kind="discussion"
    ),
]
STEPS = [
    ("Problem", "done", "#"),
    ("Setting", "done", "#"),
    ("What we did", "current", "#"),
    ("Numbers", "todo", "#"),
    ("Lessons", "todo", "#"),
    ("Disclosures", "todo", "#"),
]
TOC = [
    Thing(id="when", text="When to reply"),
    Thing(id="how", text="How to reply", level=2),
    Thing(id="tone", text="Tone", level=3),
    Thing(id="sources", text="Sources"),
]
ERRORS = {
    "title": "Write at least 15 letters.",
    "kind": "Choose what it is.",
    "metrics.0.result": "Not a number.",
    "agree": "Please agree.",
}
GIVEN = {
    "title": "Reviews <b>",
    "body": "**typed** before",
    "tags": ["reviews", "privacy"],
    "platform": "3",
    "topics": ["a"],
}


def viewer(*, member: bool) -> Thing:
    return Thing(
        id=1 if member else None,
        name="Mara Visser" if member else "",
        handle="mara",
        locale="en",
        is_member=member,
        is_editor=member,
        is_moderator=member,
        is_admin=member,
        desks=("desk", "admin") if member else (),
        unread=3 if member else 0,
        waiting=0,
    )
