"""Which number, position and kind posts get when they come to stand in another thread, or in one of another kind."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A post in its place, as far as places go."""

    id: int
    number: int
    position: int
    place: int
    comments: int
    kind: str
    parent_id: int | None
    author_id: int = 0
    state: str = "published"
    masked: bool = False
    accepted_at: datetime | None = None
    accepted_by_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Into:
    """The thread that posts come into: its kind, the highest number and position given in it, and who may be parents.

    With `opens` the first post that comes is its opening. `renumber` is off when posts only change places in their
    own thread: a number is a name for ever.
    """

    kind: str
    last_number: int
    last_position: int
    there: Mapping[int, Standing]
    opens: bool = False
    renumber: bool = True


@dataclass(frozen=True, slots=True)
class Arranged:
    """Where every post comes to stand, and the posts there before that have more comments now."""

    posts: tuple[Standing, ...]
    parents: tuple[Standing, ...]
    last_number: int
    last_position: int


def arranged(posts: Iterable[Standing], into: Into) -> Arranged:
    """Give posts, in their order, new places behind what there is.

    Under a question a post stands below its parent as a comment if that comes along or is there; what answers an
    opening, or nothing that is there, is an answer. Elsewhere every post is a reply, which names its parent.
    """
    wanted = list(posts)
    openings = {post.id for post in (*wanted, *into.there.values()) if post.kind == "opening"}
    known = dict(into.there)
    number, position = into.last_number, into.last_position
    order: list[int] = []
    for place, post in enumerate(wanted):
        number += 1
        named = replace(post, number=number) if into.renumber else post
        if into.opens and not place:
            put = replace(named, kind="opening", position=0, place=0, comments=0, parent_id=None)
            openings.add(post.id)
        else:
            put = _put(named, into.kind, known, openings, position + 1)
            if put.kind == "comment":
                top = known[put.parent_id or 0]
                known[top.id] = replace(top, comments=top.comments + 1)
            else:
                position += 1
        known[post.id] = put
        order.append(post.id)
    fuller = tuple(known[one.id] for one in into.there.values() if known[one.id] != one and one.id not in set(order))
    return Arranged(tuple(known[one] for one in order), fuller, number, position)


def _put(
    post: Standing, kind: str, known: Mapping[int, Standing], openings: Collection[int], position: int
) -> Standing:
    parent = known.get(post.parent_id or 0)
    if kind != "question":
        return replace(post, kind="reply", position=position, place=0, comments=0)
    if parent is None or (parent.id in openings and post.kind != "comment"):
        return replace(post, kind="answer", position=position, place=0, comments=0, parent_id=None)
    top = known.get(parent.parent_id or 0, parent) if parent.place else parent
    return replace(post, kind="comment", position=top.position, place=top.comments + 1, comments=0, parent_id=top.id)
