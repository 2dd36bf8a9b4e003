"""A site for tests: the whole application on the test's own database, called in the test's own event loop."""

from pathlib import Path
from typing import Any

import httpx2

from app.create import create_app
from app.wiring import wire
from base import settings
from base.journal.subscribers import forget_all
from base.limits import forget_limits

ADDRESS = "http://commonplace.test"


def settings_for(folder: Path, url: str, **more: Any) -> settings.Settings:
    """Make settings for a test's site the ones in force."""
    return settings.load(data_dir=folder, database_url=url, base_url=ADDRESS, demo=False, **more)


def open_client() -> httpx2.AsyncClient:
    """Return a client of a freshly built site; it keeps cookies and does not follow redirects by itself."""
    forget_all()
    forget_limits()
    wire()
    transport = httpx2.ASGITransport(app=create_app(), raise_app_exceptions=True)
    return httpx2.AsyncClient(transport=transport, base_url=ADDRESS)
