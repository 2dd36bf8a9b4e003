"""Who is looking."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from base.errors import NotSignedIn
from base.web.own import NOBODY

PUBLIC: Final = "public"
NETWORK: Final = "network"
STAFF: Final = "staff"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role in force, for the whole site or within one scope."""

    role: str
    scope: str = "site"
    scope_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """The one looking at or doing something; `id` is None for a visitor.

    `audiences` are the stored audiences this viewer may read: public, network, org:7, region:2, staff.
    `masks` are the rows of members behind which they write, by place ("thread:17").
    With `is_industry` they belong to an organisation that sells something, `vendor`, also while it has paused them.
    `waiting` counts what waits at the desks of the regions they lead.
    `confirmed_at` is when the member of this sign-in last proved who they are, by signing in or later.
    `has_two_steps` says that an app shows them codes, which are asked for when they sign in.
    `did_two_steps` is whether the provider at which they signed in asked for two steps.
    `must_accept` says that a legal document has changed since they accepted it.
    """

    id: int | None = None
    handle: str = ""
    name: str = ""
    locale: str = "en"
    timezone: str = "UTC"
    trust: int = 0
    session_id: int | None = None
    token_id: int | None = None
    audiences: frozenset[str] = frozenset({PUBLIC})
    grants: tuple[Grant, ...] = ()
    organisation_id: int | None = None
    organisation_name: str = ""
    is_industry: bool = False
    vendor: str = ""
    org_admin_of: frozenset[int] = frozenset()
    platform_ids: frozenset[int] = frozenset()
    masks: Mapping[str, int] = field(default_factory=dict, hash=False)
    unread: int = 0
    waiting: int = 0
    has_two_steps: bool = False
    has_passkeys: bool = False
    did_two_steps: bool = False
    two_steps_asked_at: datetime | None = None
    confirmed_at: datetime | None = None
    must_accept: bool = False
    address: str = field(default="", compare=False)

    def anybody(self) -> "Viewer":
        """Return a viewer with the same rights, and with nothing that is only this one's; no row is theirs."""
        return replace(
            self,
            id=NOBODY,
            handle="",
            name="",
            session_id=None,
            unread=0,
            waiting=0,
            has_two_steps=False,
            has_passkeys=False,
            did_two_steps=False,
            two_steps_asked_at=None,
            confirmed_at=None,
            must_accept=False,
            address="",
        )

    @property
    def is_member(self) -> bool:
        """Say whether the viewer is signed in."""
        return self.id is not None

    @property
    def member_id(self) -> int:
        """Return the id of a signed-in viewer; raises NotSignedIn for a visitor."""
        if self.id is None:
            raise NotSignedIn
        return self.id

    def id_in(self, thread_id: int) -> int:
        """Return as which member the viewer acts in a thread: as their mask, if they have one there."""
        return self.masks.get(f"thread:{thread_id}") or self.member_id

    def is_me(self, member_id: int | None) -> bool:
        """Say whether a row of members is the viewer, or a mask of theirs."""
        return member_id is not None and (member_id == self.id or member_id in self.masks.values())

    @property
    def ids(self) -> tuple[int, ...]:
        """Return every row of members that is the viewer: their own and their masks; empty for a visitor."""
        return () if self.id is None else (self.id, *sorted(self.masks.values()))

    def ids_in(self, thread_id: int) -> tuple[int, ...]:
        """Return the rows of members that are the viewer in a thread: their own, and their mask's if they have one."""
        return () if self.id is None else tuple(dict.fromkeys((self.id, self.id_in(thread_id))))

    def has(self, role: str, scope: str = "site", scope_id: int | None = None) -> bool:
        """Say whether a role is held for the whole site, or within the scope."""
        return any(
            grant.role == role and (grant.scope == "site" or (grant.scope, grant.scope_id) == (scope, scope_id))
            for grant in self.grants
        )

    @property
    def is_admin(self) -> bool:
        """Say whether the viewer runs the site."""
        return self.has("admin")

    @property
    def is_moderator(self) -> bool:
        """Say whether the viewer moderates the whole site."""
        return self.has("moderator") or self.is_admin

    @property
    def is_editor(self) -> bool:
        """Say whether the viewer edits best-practice articles."""
        return self.has("editor") or self.is_admin

    @property
    def desks(self) -> tuple[str, ...]:
        """Return which desks are this viewer's: console (of an organisation), desk, regions, admin (of the staff)."""
        if not self.grants and not self.org_admin_of:  # most people; it is asked for every page
            return ()
        regions = self.is_moderator or self.region_ids
        named = {"console": self.org_admin_of, "desk": self.is_editor, "regions": regions, "admin": self.is_admin}
        return tuple(name for name, is_theirs in named.items() if is_theirs)

    @property
    def is_staff(self) -> bool:
        """Say whether the viewer holds any role of the site's staff."""
        return self.is_moderator or self.is_editor

    @property
    def region_ids(self) -> frozenset[int]:
        """Return the regions this viewer leads."""
        return frozenset(
            grant.scope_id
            for grant in self.grants
            if grant.role == "community_leader" and grant.scope == "region" and grant.scope_id is not None
        )


VISITOR: Final = Viewer()
OPERATOR: Final = Viewer(name="command line", grants=(Grant("admin"),))
"""Who runs commands on the server: may do what administrators may, and is nobody in the journal."""
