"""Photograph the gallery: `python tests/look/shots.py DIR [NAME …]`; light, dark, 360 and 320 pixels wide."""

import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import sync_playwright

from base.web.guards import HEADERS
from tests.look.gallery import ROOT, draw

PORT = 8704
VIEWS = {"light": (1280, "light"), "dark": (1280, "dark"), "360": (360, "light"), "320": (320, "dark")}


class Handler(SimpleHTTPRequestHandler):
    """Serve gallery pages and static files under the site's own policy."""

    def translate_path(self, path: str) -> str:
        path = urlsplit(path).path
        return str(ROOT / path.lstrip("/")) if path.startswith("/static/") else super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", dict(HEADERS)["Content-Security-Policy"])  # the site's own
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, *words: object) -> None:
        pass


def main(target: Path, names: list[str]) -> None:
    target.mkdir(parents=True, exist_ok=True)
    pages = draw()
    for name, html in pages.items():
        (target / f"{name}.html").write_text(html)
    server = ThreadingHTTPServer(("127.0.0.1", PORT), partial(Handler, directory=str(target)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for view, (width, scheme) in VIEWS.items():
            tab = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme).new_page()
            tab.on("console", lambda said: print("console:", said.text) if said.type in ("error", "warning") else None)
            tab.on("pageerror", lambda error: print("script:", error))
            for name in names or pages:
                tab.goto(f"http://127.0.0.1:{PORT}/{name}.html")
                wide = tab.evaluate("document.documentElement.scrollWidth - innerWidth")
                if wide > 0:
                    print(f"{name} at {view}: {wide} pixels too wide")
                tab.screenshot(path=str(target / f"{name}-{view}.png"), full_page=True)
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
