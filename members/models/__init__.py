"""Tables of people, organisations, regions, platforms, the ledger, roles, sign-in, masks, inbox, invitations."""

from members.models.access import Session, Token
from members.models.changes import PlatformChange
from members.models.inbox import Notice, NoticeSwitch
from members.models.invitations import Invitation, InvitationUse
from members.models.masks import Mask, Unmasking
from members.models.people import Member, MemberPlatform
from members.models.places import (
    DomainClaim,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationProposal,
    Region,
)
from members.models.platforms import Platform, PlatformAlias
from members.models.roles import RoleGrant
from members.models.two_steps import RecoveryCode, SecondStep, TwoFactor
from members.models.uses import PlatformAccount, PlatformUse

__all__ = [
    "DomainClaim",
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
    "OrganisationProposal",
    "Platform",
    "PlatformAccount",
    "PlatformAlias",
    "PlatformChange",
    "PlatformUse",
    "RecoveryCode",
    "Region",
    "RoleGrant",
    "SecondStep",
    "Session",
    "Token",
    "TwoFactor",
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
    PlatformUse,
    PlatformAccount,
    Membership,
    RoleGrant,
    Session,
    Token,
    TwoFactor,
    RecoveryCode,
    SecondStep,
    Notice,
    NoticeSwitch,
    Mask,
    Unmasking,
    Invitation,
    InvitationUse,
    DomainClaim,
    OrganisationProposal,
]
