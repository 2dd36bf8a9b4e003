"""Tables of people, organisations, regions, platforms, roles, sign-in, masks, inbox and invitations."""

from members.models.access import Session, Token
from members.models.changes import PlatformChange
from members.models.inbox import Notice, NoticeSwitch
from members.models.invitations import Invitation, InvitationUse
from members.models.masks import Mask, Unmasking
from members.models.people import Member, MemberPlatform
from members.models.places import Membership, Organisation, OrganisationDomain, Region
from members.models.platforms import Platform, PlatformAlias
from members.models.roles import RoleGrant

__all__ = [
    "Invitation",
    "InvitationUse",
    "Mask",
    "Member",
    "MemberPlatform",
    "Membership",
    "Notice",
    "NoticeSwitch",
    "Organisation",
    "OrganisationDomain",
    "Platform",
    "PlatformAlias",
    "PlatformChange",
    "Region",
    "RoleGrant",
    "Session",
    "Token",
    "Unmasking",
]

__models__ = [
    Region,
    Organisation,
    OrganisationDomain,
    Platform,
    PlatformAlias,
    Member,
    MemberPlatform,
    PlatformChange,
    Membership,
    RoleGrant,
    Session,
    Token,
    Notice,
    NoticeSwitch,
    Mask,
    Unmasking,
    Invitation,
    InvitationUse,
]
