"""Tables of people, places, platforms, the ledger, roles, sign-in, masks, inbox, invitations, own data."""

from members.models.access import Session, Token
from members.models.changes import PlatformChange
from members.models.inbox import Notice, NoticeSwitch
from members.models.invitations import Invitation, InvitationUse
from members.models.legal import Consent, LegalText
from members.models.masks import Mask, Unmasking
from members.models.own_data import DataExport, Departure, RetiredHandle
from members.models.passkeys import KnownDevice, Passkey, SpentChallenge
from members.models.people import Member, MemberPlatform, MemberTopic
from members.models.places import (
    DomainClaim,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationProposal,
    Region,
)
from members.models.platforms import Platform, PlatformAlias
from members.models.providers import IdentityLink, Provider, SpentState
from members.models.requests import OrganisationRequest
from members.models.roles import RoleGrant
from members.models.two_steps import RecoveryCode, SecondStep, TwoFactor
from members.models.uses import PlatformAccount, PlatformUse

__all__ = [
    "Consent",
    "DataExport",
    "Departure",
    "DomainClaim",
    "IdentityLink",
    "Invitation",
    "InvitationUse",
    "KnownDevice",
    "LegalText",
    "Mask",
    "Member",
    "MemberPlatform",
    "MemberTopic",
    "Membership",
    "Notice",
    "NoticeSwitch",
    "Organisation",
    "OrganisationDomain",
    "OrganisationProposal",
    "OrganisationRequest",
    "Passkey",
    "Platform",
    "PlatformAccount",
    "PlatformAlias",
    "PlatformChange",
    "PlatformUse",
    "Provider",
    "RecoveryCode",
    "Region",
    "RetiredHandle",
    "RoleGrant",
    "SecondStep",
    "Session",
    "SpentChallenge",
    "SpentState",
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
    MemberTopic,
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
    Passkey,
    SpentChallenge,
    KnownDevice,
    Notice,
    NoticeSwitch,
    Mask,
    Unmasking,
    Invitation,
    InvitationUse,
    Provider,
    IdentityLink,
    SpentState,
    OrganisationRequest,
    DomainClaim,
    OrganisationProposal,
    LegalText,
    Consent,
    DataExport,
    Departure,
    RetiredHandle,
]
