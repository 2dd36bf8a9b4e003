"""Tables of people, organisations, platforms, ledger, roles, sign-in, masks, inbox, invitations, own data."""

from members.models.access import Session, Token
from members.models.changes import PlatformChange
from members.models.inbox import Notice, NoticeSwitch
from members.models.invitations import Invitation, InvitationUse
from members.models.legal import Consent, LegalText
from members.models.masks import Mask, Unmasking
from members.models.own_data import DataExport, Departure, RetiredHandle
from members.models.people import Member, MemberPlatform
from members.models.places import Membership, Organisation, OrganisationDomain, Region
from members.models.platforms import Platform, PlatformAlias
from members.models.roles import RoleGrant
from members.models.two_steps import RecoveryCode, SecondStep, TwoFactor
from members.models.uses import PlatformAccount, PlatformUse

__all__ = [
    "Consent",
    "DataExport",
    "Departure",
    "Invitation",
    "InvitationUse",
    "LegalText",
    "Mask",
    "Member",
    "MemberPlatform",
    "Membership",
    "Notice",
    "NoticeSwitch",
    "Organisation",
    "OrganisationDomain",
    "Platform",
    "PlatformAccount",
    "PlatformAlias",
    "PlatformChange",
    "PlatformUse",
    "RecoveryCode",
    "Region",
    "RetiredHandle",
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
    LegalText,
    Consent,
    DataExport,
    Departure,
    RetiredHandle,
]
