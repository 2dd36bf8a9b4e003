"""The demonstration's regions, organisations, platforms, tags, synonyms and people."""

from typing import Any

from app.demo.content import content
from app.demo.ledger import Ledger
from app.demo.sign_ins import PASSWORD
from base.journal import record
from base.text.slug import slugify
from forum.models import Category, Tag
from members.models import (
    Member,
    MemberPlatform,
    Membership,
    Organisation,
    OrganisationDomain,
    OrganisationRequest,
    Platform,
    PlatformAlias,
    Region,
    RoleGrant,
)
from members.passwords import hash_password
from search_index.models import SearchLog, SearchSynonym

JOINED_DAYS = 400


async def make_places(ledger: Ledger) -> None:
    """Make regions and organisations."""
    for given in content("network")["regions"]:
        region = await Region.create(**given)
        await ledger.keep("regions", region.slug, region.id)
    for given in content("network")["organisations"]:
        fields = {name: value for name, value in given.items() if name not in ("region", "domain")}
        region_id = ledger.id("regions", given["region"])
        organisation = await Organisation.create(**fields, region_id=region_id, created_at=ledger.ago(JOINED_DAYS))
        await OrganisationDomain.create(
            organisation_id=organisation.id, domain=given["domain"], verified_at=ledger.ago(JOINED_DAYS)
        )
        await ledger.keep("organisations", organisation.slug, organisation.id)
        await record("organisation.joined", actor_id=None, subject_id=organisation.id, quiet=True)


async def make_subjects(ledger: Ledger) -> None:
    """Make platforms with their aliases, categories, tags with their synonyms, and words that mean the same."""
    for given in content("network")["platforms"]:
        fields = {name: value for name, value in given.items() if name != "aliases"}
        platform = await Platform.create(**fields)
        for name in given.get("aliases", []):
            await PlatformAlias.create(platform_id=platform.id, slug=slugify(name), name=name)
        await ledger.keep("platforms", platform.slug, platform.id)
    for position, given in enumerate(content("network")["categories"]):
        category = await Category.create(**given, position=position)
        await ledger.keep("categories", category.slug, category.id)
    for given in content("network")["tags"]:
        tag = await Tag.create(slug=given["slug"], name=given["slug"].replace("-", " "), about=given.get("about", ""))
        await ledger.keep("tags", tag.slug, tag.id)
        for name in given.get("synonyms", []):
            synonym = await Tag.create(slug=slugify(name), name=name, meant_id=tag.id)
            await ledger.keep("tags", f"synonym:{synonym.slug}", synonym.id)
    for given in content("network")["synonyms"]:
        fields = {"terms": "\n".join(given["terms"]), "one_way": given.get("one_way", False)}
        group = await SearchSynonym.create(**fields, language=given.get("language", ""), changed_at=ledger.at)
        await ledger.keep("synonyms", given["terms"][0], group.id)


async def make_searches(ledger: Ledger) -> None:
    """Make searches that found nothing, or nothing that anybody opened."""
    for given in content("network")["searches"]:
        for days in given["days"]:
            day, total = ledger.ago(days).date(), given.get("total", 0)
            told = {"searches": given["times"], "total": total}
            row, made = await SearchLog.get_or_create(query=given["query"], language="en", day=day, defaults=told)
            if made:
                await ledger.keep("searches", f"{given['query']} {days}", row.id)


async def make_requests(ledger: Ledger) -> None:
    """Make organisations that ask to join, with who asks, and people who wait to be let in."""
    for given in content("network")["requests"]:
        fields = {name: value for name, value in given.items() if name not in ("region", "domain", "why", "by", "days")}
        region_id, at, by = (
            ledger.id("regions", given["region"]),
            ledger.ago(given["days"]),
            ledger.id("people", given["by"]),
        )
        made = await Organisation.create(**fields, state="pending", region_id=region_id, created_at=at)
        await ledger.keep("organisations", made.slug, made.id)
        place: dict[str, Any] = {"role": "org_admin", "state": "pending", "main": False}
        await Membership.create(member_id=by, organisation_id=made.id, since=at, **place)
        request = await OrganisationRequest.create(
            organisation_id=made.id, region_id=region_id, asked_by_id=by, name=made.name, domain=given["domain"],
            why=given["why"], created_at=at,
        )  # fmt: skip
        await ledger.keep("requests", made.slug, request.id)
    for given in content("network")["waiting"]:
        place = {
            "organisation_id": ledger.id("organisations", given["organisation"]),
            "state": "pending",
            "main": False,
        }
        await Membership.create(
            member_id=ledger.id("people", given["person"]), since=ledger.ago(given["days"]), **place
        )


async def make_people(ledger: Ledger) -> None:
    """Make the people with their places and roles."""
    hashed = await hash_password(PASSWORD)
    for given in content("network")["people"]:
        member = await Member.create(
            handle=given["handle"],
            name=given["name"],
            email=given.get("email"),
            email_confirmed_at=ledger.ago(given.get("joined", JOINED_DAYS)) if "email" in given else None,
            password_hash=hashed if "email" in given else "",
            state="active",
            title=given["title"],
            bio=given.get("bio", ""),
            languages=given["languages"],
            trust=given.get("trust", 1),
            created_at=ledger.ago(given.get("joined", JOINED_DAYS)),
        )
        await ledger.keep("people", member.handle, member.id)
        if "organisation" in given:
            await _place(ledger, member, given)
        await record("member.joined", actor_id=None, subject_id=member.id, quiet=True)


async def _place(ledger: Ledger, member: Member, given: dict[str, Any]) -> None:
    since = ledger.ago(given.get("joined", JOINED_DAYS))
    await Membership.create(
        member_id=member.id,
        organisation_id=ledger.id("organisations", given["organisation"]),
        role=given.get("role", "staff"),
        since=since,
    )
    for platform in ledger.ids("platforms", given.get("platforms", [])):
        await MemberPlatform.create(member_id=member.id, platform_id=platform)
    for role in given.get("roles", []):
        name, _, region = role.partition(":")
        scope: dict[str, Any] = {"scope": "region", "scope_id": ledger.id("regions", region)} if region else {}
        await RoleGrant.create(member_id=member.id, role=name, since=since, **scope)
