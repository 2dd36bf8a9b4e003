"""axe-core, the accessibility checker, fetched once by npm into a folder that git ignores."""

import shutil
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

FOLDER = Path(__file__).parent / ".axe"
PROGRAM = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """rules => axe.run(document, { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] })"""


def axe_source() -> str:
    """Return the checker's program; skip, saying why, where it cannot be had."""
    if not PROGRAM.exists():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("axe-core is not there, and npm, which would fetch it, is not on the path.")
        command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--prefix", str(FOLDER), "axe-core@4"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=180, check=False)
        if done.returncode:
            pytest.skip(f"npm could not fetch axe-core: {done.stderr[-300:]}")
    return PROGRAM.read_text()


def violations(page: Page, source: str) -> list[str]:
    """Return what is wrong with the open page, one line for each place."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(source)
    found = page.evaluate(_RUN, RULES)["violations"]
    return [
        f"{page.url} {one['id']} ({one['help']}): {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for one in found
        for node in one["nodes"]
    ]
