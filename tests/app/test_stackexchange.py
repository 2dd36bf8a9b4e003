"""Import a dump: everything arrives, twice is once, whatever is missing or broken is said."""

from pathlib import Path
from typing import Any

import pytest

from app.stackexchange.run import import_dump
from base.db import rows
from base.errors import Missing
from base.settings import Settings

pytestmark = pytest.mark.anyio

USERS = """
<row Id="-1" DisplayName="Community" CreationDate="2011-10-11T18:16:00.230" />
<row Id="1" DisplayName="Ann Lee" CreationDate="2011-10-11T18:50:07.000" AboutMe="&lt;p&gt;I &lt;b&gt;ask&lt;/b&gt;.&lt;/p&gt;" />
<row Id="2" DisplayName="Ann Lee" CreationDate="2011-10-12T00:00:00" />
"""
POSTS = """
<row Id="11" PostTypeId="2" ParentId="10" CreationDate="2011-10-12T10:00:00" Score="7" OwnerUserId="2" Body="&lt;p&gt;Yes, with &lt;code&gt;care&lt;/code&gt;.&lt;/p&gt;" />
<row Id="10" PostTypeId="1" AcceptedAnswerId="11" CreationDate="2011-10-11T19:42:20.713" LastActivityDate="2012-07-03T16:45:06.890" Score="18" Title="Should we cite &amp;amp; link sources?" Tags="&lt;citing-sources&gt;&lt;discussion&gt;" OwnerUserId="1" Body="&lt;h1&gt;Sources&lt;/h1&gt;&lt;p&gt;We &lt;em&gt;should&lt;/em&gt; &lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;&lt;ul&gt;&lt;li&gt;a&lt;/li&gt;&lt;/ul&gt;" />
<row Id="12" PostTypeId="2" ParentId="99" CreationDate="2011-10-13T10:00:00" Score="0" OwnerUserId="2" Body="orphan" />
<row Id="13" PostTypeId="1" CreationDate="2011-10-14T10:00:00" Score="-2" Title="Nobody owns this" Tags="|a|b|" Body="&lt;p&gt;text&lt;/p&gt;" ClosedDate="2012-01-01T00:00:00" />
<row Id="14" PostTypeId="5" CreationDate="2011-10-14T10:00:00" Body="tag wiki" />
<row Id="15" PostTypeId="2" ParentId="13" CreationDate="2011-10-15T10:00:00" Score="1" OwnerDisplayName="gone person" Body="&lt;p&gt;by name&lt;/p&gt;" />
"""
COMMENTS = """
<row Id="1" PostId="10" Score="3" Text="Good question, *really*." CreationDate="2011-10-11T20:00:00" UserId="2" />
<row Id="2" PostId="11" Score="0" Text="Thanks!" CreationDate="2011-10-12T11:00:00" UserDisplayName="user39" />
<row Id="3" PostId="404" Score="0" Text="lost" CreationDate="2011-10-12T11:00:00" UserId="2" />
"""


def dump(folder: Path, **files: str) -> Path:
    for name, content in {"Users": USERS, "Posts": POSTS, "Comments": COMMENTS, **files}.items():
        if content:
            (folder / f"{name}.xml").write_text(f'<?xml version="1.0"?>\n<{name.lower()}>{content}</{name.lower()}>')
    return folder


async def one(sql: str, *values: Any) -> dict[str, Any]:
    return (await rows(sql, *values))[0]


async def test_everything_arrives(site: Settings, tmp_path: Path) -> None:
    report = await import_dump(dump(tmp_path), "se", dry_run=False)
    assert report.made == {"people": 6, "questions": 2, "answers": 2, "comments": 2}
    thread = await one("SELECT * FROM threads WHERE title LIKE 'Should we%'")
    assert (thread["title"], thread["resolution"], thread["votes"]) == (
        "Should we cite &amp; link sources?",
        "solved",
        18,
    )
    assert (thread["replies"], thread["answers"]) == (3, 1)
    assert str(thread["created_at"]).startswith("2011-10-11")
    assert str(thread["active_at"]).startswith("2012-07-03")
    opening = await one("SELECT * FROM posts WHERE thread_id = ? AND number = 1", thread["id"])
    assert "<em>should</em>" in opening["html"]
    assert "alert" not in opening["html"]
    answer = await one("SELECT * FROM posts WHERE thread_id = ? AND kind = 'answer'", thread["id"])
    assert (answer["votes"], answer["accepted_at"] is not None, answer["body"]) == (7, True, "Yes, with `care`.")
    tags = await rows(
        "SELECT g.slug FROM thread_tags x JOIN tags g ON g.id = x.tag_id WHERE x.thread_id = ?", thread["id"]
    )
    assert {row["slug"] for row in tags} == {"citing-sources", "discussion"}
    closed = await one("SELECT resolution, votes FROM threads WHERE title = 'Nobody owns this'")
    assert closed == {"resolution": "closed", "votes": -2}


async def test_people_are_staged_and_keep_their_names(site: Settings, tmp_path: Path) -> None:
    await import_dump(dump(tmp_path), "se", dry_run=False)
    found = await rows("SELECT name, handle, state, email, bio FROM members ORDER BY id")
    assert {row["state"] for row in found} == {"staged"}
    assert [row["handle"] for row in found if row["name"] == "Ann Lee"] == ["ann-lee", "ann-lee-2"]
    assert found[1]["bio"] == "I **ask**."
    assert {"gone person", "user39", "Unknown author"} <= {row["name"] for row in found}


async def test_twice_is_once(site: Settings, tmp_path: Path) -> None:
    await import_dump(dump(tmp_path), "se", dry_run=False)
    before = [await one(f"SELECT COUNT(*) AS n FROM {table}") for table in ("members", "threads", "posts", "origins")]
    again = await import_dump(tmp_path, "se", dry_run=False)
    assert again.made == {}
    assert again.already["answers"] == 2
    after = [await one(f"SELECT COUNT(*) AS n FROM {table}") for table in ("members", "threads", "posts", "origins")]
    assert after == before


async def test_a_killed_run_goes_on_where_it_stopped(site: Settings, tmp_path: Path) -> None:
    class Killed(BaseException):
        pass

    steps = 0

    def step(done: int) -> None:
        nonlocal steps
        steps += 1
        if steps == 6:
            raise Killed

    with pytest.raises(Killed):
        await import_dump(dump(tmp_path), "se", dry_run=False, step=step)
    assert (await one("SELECT COUNT(*) AS n FROM posts"))["n"] < 6
    await import_dump(tmp_path, "se", dry_run=False)
    assert (await one("SELECT COUNT(*) AS n FROM posts"))["n"] == 6
    assert (await one("SELECT COUNT(*) AS n FROM members"))["n"] == 6


async def test_a_dry_run_writes_nothing_and_says_the_same(site: Settings, tmp_path: Path) -> None:
    dry = await import_dump(dump(tmp_path), "se", dry_run=True)
    assert [await one(f"SELECT COUNT(*) AS n FROM {table}") for table in ("members", "threads", "journal_entries")] == [
        {"n": 0}
    ] * 3
    wet = await import_dump(tmp_path, "se", dry_run=False)
    assert (dry.made, dry.skipped, dry.lines) == (wet.made, wet.skipped, wet.lines)


async def test_what_is_left_out_is_said(site: Settings, tmp_path: Path) -> None:
    report = await import_dump(dump(tmp_path), "se", dry_run=False)
    said = "\n".join(report.lines)
    assert "answer 12 was left out: its question 99 is not here" in said
    assert "comment 3 was left out: post 404 is not here" in said
    assert "post 14 is a tag's description" in said
    assert "13 has no owner" in said
    assert report.skipped == {"other posts": 1, "answers": 1, "comments": 1}


@pytest.mark.parametrize(
    ("name", "words"), [("Users", "Users.xml is missing"), ("Comments", "Comments.xml is missing")]
)
async def test_a_missing_file_is_said_and_the_rest_arrives(
    site: Settings, tmp_path: Path, name: str, words: str
) -> None:
    report = await import_dump(dump(tmp_path, **{name: ""}), "se", dry_run=False)
    assert any(line.startswith(words) for line in report.lines)
    assert report.made["questions"] == 2


async def test_a_folder_without_a_dump_is_refused(site: Settings, tmp_path: Path) -> None:
    with pytest.raises(Missing, match="none of Users"):
        await import_dump(tmp_path, "se", dry_run=False)
