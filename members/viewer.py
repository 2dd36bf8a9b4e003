"""Who is looking."""

from dataclasses import dataclass, field
from typing import Final

from base.errors import NotSignedIn

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
    org_admin_of: frozenset[int] = frozenset()
    platform_ids: frozenset[int] = frozenset()
    unread: int = 0
    address: str = field(default="", compare=False)

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
