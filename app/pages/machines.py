"""What machines ask for: health, the API's description, robots, site map, search description, security contact."""

import hmac
from datetime import timedelta
from functools import lru_cache
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from app.queries.metrics import MEDIA_TYPE, metrics
from app.queries.running import readiness
from app.queries.sitemap import places
from app.wiring import ENDPOINTS
from base import settings
from base.clock import now
from base.db import rows
from base.errors import Missing
from base.settings import VERSION
from base.web.endpoints import describe
from base.web.nearby import is_from_here
from base.web.render import static_url
from members.private import is_private

_POLICY: Final = """\
Please tell the contact in /.well-known/security.txt of a weakness, not the public.

You hear from us within three working days, and again when it is mended. We name you if you like. We ask for time to
mend it, ninety days at most, before you write of it elsewhere.

Look with an account of your own, at what is yours; stop and tell us as soon as you see what belongs to somebody else.
Please do not disturb others: no floods, no guessing of other people's passwords, no letters to members. Whoever keeps
to this need not fear that we take steps against them.
"""


async def healthz(request: Request) -> Response:
    """Answer 200 while the process serves and its database answers."""
    await rows("SELECT 1 AS one")
    return JSONResponse({"ok": True})


async def readyz(request: Request) -> Response:
    """Answer 200 while this process can serve everything, else 503 with the reason."""
    found = await readiness()
    ready = all(word == "ok" for word in found.values())
    headers = {"Cache-Control": "no-store"}
    return JSONResponse({"ready": ready, "checks": found}, status_code=200 if ready else 503, headers=headers)


async def figures(request: Request) -> Response:
    """Give figures to a monitoring system: on this machine, or to who knows the token."""
    token = settings.get().metrics_token
    given = request.headers.get("authorization", "").partition(" ")[2].strip()
    knows = bool(token) and hmac.compare_digest(given.encode("utf-8", "replace"), token.encode())
    if not (knows or is_from_here(request)):
        raise Missing
    return PlainTextResponse(await metrics(), headers={"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"})


async def openapi(request: Request) -> Response:
    """Describe the API (OpenAPI 3.1)."""
    current = settings.get()
    return Response(_description(f"{current.site_name} API", current.address), media_type="application/json")


@lru_cache(maxsize=4)
def _description(title: str, address: str) -> bytes:
    """Return the description of the API; it takes a second to put together, and the same words come out each time."""
    return bytes(JSONResponse(describe(ENDPOINTS, title=title, version=VERSION, address=address)).body)


async def robots(request: Request) -> Response:
    """Tell crawlers where not to go, and where the site map is."""
    if await is_private(request.scope):
        return PlainTextResponse("User-agent: *\nDisallow: /\n")
    closed = ("/search", "/sign-in", "/settings", "/admin", "/desk", "/inbox", "/drafts", "/ask/")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return PlainTextResponse("\n".join([*lines, f"Sitemap: {settings.get().address}/sitemap.xml", ""]))


async def sitemap(request: Request) -> Response:
    """List what every visitor may read, the newest first."""
    root = Element("urlset", xmlns="http://www.sitemaps.org/schemas/sitemap/0.9")
    for place in await places():
        url = SubElement(root, "url")
        SubElement(url, "loc").text = settings.get().address + place.url
        if place.changed:
            SubElement(url, "lastmod").text = place.changed.isoformat()
    return Response(tostring(root, encoding="utf-8", xml_declaration=True), media_type="application/xml")


async def opensearch(request: Request) -> Response:
    """Let browsers offer the site's search."""
    current = settings.get()
    root = Element("OpenSearchDescription", xmlns="http://a9.com/-/spec/opensearch/1.1/")
    SubElement(root, "ShortName").text = current.site_name[:16]
    SubElement(root, "Description").text = f"Search {current.site_name}"
    SubElement(root, "Url", type="text/html", template=f"{current.address}/search?q={{searchTerms}}")
    content = tostring(root, encoding="utf-8", xml_declaration=True)
    return Response(content, media_type="application/opensearchdescription+xml")


async def security(request: Request) -> Response:
    """Say whom to tell of a security problem (RFC 9116)."""
    current = settings.get()
    expires = (now() + timedelta(days=365)).replace(microsecond=0).isoformat()
    lines = (
        f"Contact: {current.security_contact or f'mailto:{current.mail_from}'}",
        f"Expires: {expires}",
        "Preferred-Languages: en",
        f"Canonical: {current.address}/.well-known/security.txt",
        f"Policy: {current.address}/.well-known/security-policy.txt",
    )
    return PlainTextResponse("\n".join([*lines, ""]))


async def security_policy(request: Request) -> Response:
    """Say what happens to such a report, and what one may do to find one."""
    return PlainTextResponse(_POLICY)


async def favicon(request: Request) -> Response:
    """Send old browsers to the icon."""
    return RedirectResponse(static_url("favicon.svg"), status_code=302)


ROUTES: list[BaseRoute] = [
    Route("/healthz", healthz),
    Route("/readyz", readyz),
    Route("/metrics", figures),
    Route("/api/openapi.json", openapi),
    Route("/robots.txt", robots),
    Route("/sitemap.xml", sitemap),
    Route("/opensearch.xml", opensearch),
    Route("/.well-known/security.txt", security),
    Route("/.well-known/security-policy.txt", security_policy),
    Route("/favicon.ico", favicon),
]
