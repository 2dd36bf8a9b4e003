"""Somebody who did everything one can do here, and a search for what is left of them."""

import email
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import httpx2

from base.clock import now
from base.db import dialect, rows, transaction
from base.journal import record
from base.journal.deliver import deliver_all
from base.mail.post_office import post_office
from forum.actions.answer import NewPost, answer
from forum.actions.ask import Question, ask
from forum.actions.bookmark import Keeping, bookmark
from forum.actions.doubt import Doubted, doubt
from forum.actions.edit import EditedPost, edit
from forum.actions.save_draft import DraftKey, save_draft
from forum.actions.vote import vote
from forum.models import Post, Thread, Upload
from kb.actions.suggest import Proposal, suggest
from kb.models import Contributor, SourceLink
from members.actions.gather_mail import gather_mail
from members.actions.invite_colleagues import OneColleague, invite_colleague
from members.models import Invitation, Member, Organisation, Token
from search_index.models import SearchLog
from tests import builders as make
from tests.app.leaver_newer import Who, newer
from tests.forum.test_uploads import send
from tests.made_files import picture

NAME, HANDLE, EMAIL = "Wilhelmina Zonderländ", "wilhelmina-zonderland", "w.zonderland@quagga.example"
# Words that nobody else writes.
UNIQUE = ("zebrafinch", "okapi", "pangolin", "axolotl", "narwhal", "capybara", "dugong", "tarsier")
WHO = ("Zonderländ", "Zonderl\\u00e4nd", HANDLE, EMAIL, "zonderland@", "Wilhelmina")


@dataclass
class World:
    """What was made: her, somebody else, and where things are."""

    her: Member
    other: Member
    home: Organisation
    own: Thread
    others: Thread
    lonely: Thread
    answer: Post
    quoting: Post
    masked: Thread
    upload: Upload
    logo: Upload
    folder: Path


async def lived(client: httpx2.AsyncClient, folder: Path) -> World:
    """Let her do everything, through the actions that people use."""
    region = await make.region("Northern Europe")
    homes = [await make.organisation(name, region=region) for name in ("Zebu Hospital", "Gnu Hospital")]
    her = await make.member(
        NAME, at=homes[0], handle=HANDLE, email=EMAIL, title="Press officer", trust=2, bio="I am Wilhelmina."
    )
    other = await make.member("Bob Other", at=homes[0], role="org_admin", trust=2)
    for number in range(5):
        await make.member(at=homes[number % 2], title="Head of communications")
    viewer, second = await make.viewer(her), await make.viewer(other)
    question = {
        "title": "How do you keep a zebrafinch account alive?",
        "body": "We have an okapi and would like to know how others do this.",
        "goal": "Reach pangolin people",
    }
    own = await Thread.get(id=(await ask(viewer, Question.read(question))).id)
    await make.sign_in(client, her)
    sent = await send(client, picture("PNG", (640, 480)), "wilhelmina axolotl.png", alt="A chart", gate="none")
    others = await make.thread("How do others measure what a campaign does?", author=other)
    mine = await answer(
        viewer,
        others.id,
        NewPost.read({"body": f"We count narwhal every week, and it works well.\n\n{sent['markdown']}"}),
    )
    mine = await Post.get(id=mine.id)
    await edit(
        viewer,
        others.id,
        mine.number,
        EditedPost.read({"body": f"{mine.body}\n\nAlso capybara.", "revision": 1, "reason": "dugong"}),
    )
    await edit(
        viewer,
        own.id,
        1,
        EditedPost.read(
            {
                "body": "We have an okapi and two of them by now, and would like to know.",
                "title": own.title,
                "revision": 1,
                "reason": "more",
            }
        ),
    )
    words = (
        f"> [{NAME}](/t/{others.id}-{others.slug}/{mine.number}#post-{mine.number})\n>\n> We count narwhal every week"
    )
    words += f"\n\nThank you @{HANDLE}, see [her page](/people/{HANDLE}) and /t/{own.id}-{own.slug} too."
    quoting = await Post.get(id=(await answer(second, others.id, NewPost.read({"body": words}))).id)
    await answer(second, own.id, NewPost.read({"body": f"We feed it every day, @{HANDLE}, and that is all there is."}))
    lonely = await Thread.get(
        id=(
            await ask(
                viewer,
                Question.read(
                    {
                        "title": "Does a tarsier need a separate channel?",
                        "body": "Nobody answers this question, and that is as it should be.",
                    }
                ),
            )
        ).id
    )
    hidden = {
        "title": "How do you tell your board of failures?",
        "body": "I would rather not say who I am here.",
        "written_as": "mask",
    }
    masked = await Thread.get(id=(await ask(viewer, Question(**hidden))).id)
    await _more(client, viewer, second, own, others, mine)
    admin = await make.member("Ann Admin")
    await make.grant(admin, "admin")
    logo = await newer(Who(her, other, admin, homes[0], own, others), NAME, EMAIL)
    await deliver_all()
    await gather_mail()
    await post_office()
    upload = await Upload.get(id=sent["id"])
    return World(her, other, homes[0], own, others, lonely, mine, quoting, masked, upload, logo, folder)


async def _more(client: httpx2.AsyncClient, viewer: Any, second: Any, own: Thread, others: Thread, mine: Post) -> None:
    """Keep, follow, judge, suggest, invite, and be told of it all."""
    await vote(viewer, own.id, 2)
    await save_draft(viewer, DraftKey.read({"place": "ask.question"}), {"title": "A quokka draft", "body": "Quokka."})
    await doubt(viewer, others.id, 1, Doubted.read({"reason": "other", "note": "A kiwi would know."}))
    await bookmark(viewer, Keeping.read({"target": "thread", "id": others.id, "note": "emu"}))
    article = await make.article("How to keep an account", author=await make.editor("Eddie Editor"), threads=[own])
    await suggest(
        viewer,
        article.id,
        Proposal.read({"section": "steps", "text": "1. Name a kakapo.", "why": "Kakapos are better at it."}),
    )
    await Contributor.create(article=article, member_id=viewer.id, role="asked")
    await SourceLink.create(
        article=article,
        revision=1,
        section="steps",
        thread_id=others.id,
        post_id=mine.id,
        post_number=mine.number,
        post_revision=1,
        end=20,
        text="We count narwhal every week",
        created_at=now(),
    )
    await Token.create(member_id=viewer.id, name="my marmot", hash="h" * 64, created_at=now())
    async with transaction():
        await record(
            "thread.closed",
            actor_id=second.id,
            subject_id=others.id,
            data={"reason": f"{NAME} and @{HANDLE} asked for it", "handle": HANDLE, "email": EMAIL},
        )
    await invite_colleague(
        second,
        second.organisation_id,
        OneColleague.read({"email": "friend@elsewhere.example", "role": "staff", "outside": True}),
    )
    await Invitation.create(
        email=EMAIL, name=NAME, invited_by_id=second.id, created_at=now(), expires_at=now() + timedelta(days=9)
    )
    await Invitation.create(
        email="emu@elsewhere.example",
        name="Emu",
        invited_by_id=viewer.id,
        created_at=now(),
        expires_at=now() + timedelta(days=9),
    )
    await SearchLog.create(query=f"who is {NAME.lower()}", day=now().date())


async def dump() -> Iterator[tuple[str, str]]:
    """Return every value of every table there is as text, with where it stands."""
    tables = (
        "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables "
        "WHERE table_schema IN (current_schema(), 'search')"
        if dialect() == "postgres"
        else "SELECT name FROM sqlite_master WHERE type = 'table'"
    )
    found: list[tuple[str, str]] = []
    for table in [row["name"] for row in await rows(tables)]:
        quoted = '"."'.join(table.split("."))
        for row in await rows(f'SELECT * FROM "{quoted}"'):
            found += [(f"{table.removeprefix('public.')}.{name}", str(value)) for name, value in row.items()]
    return iter(found)


def files(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield every file of a data folder as text: its bytes, and for letters what they say."""
    for file in sorted(folder.rglob("*")):
        if file.is_file() and "sqlite" not in file.name:
            yield str(file.relative_to(folder)), file.name
            data = file.read_bytes()
            yield str(file.relative_to(folder)), data.decode("utf-8", "replace")
            if file.suffix == ".eml":
                message = email.message_from_bytes(data, policy=default)
                said = [str(value) for value in message.values()]
                said += [str(one.get_content()) for one in message.walk() if one.get_content_maintype() == "text"]
                yield str(file.relative_to(folder)), "\n".join(said)


async def left_of(words: tuple[str, ...], folder: Path) -> list[str]:
    """Return where one of the words stands in the database or in a file, whatever case it has."""
    left = []
    for where, text in (*await dump(), *files(folder)):
        folded = text.casefold()
        left += [
            f"{where}: {word}: …{folded[max(0, folded.find(word.casefold()) - 40) :][:100]}"
            for word in words
            if word.casefold() in folded
        ]
    return left
