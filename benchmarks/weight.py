"""What a page weighs, and how soon it is seen on a slow line with a slow processor, in Chromium.

python benchmarks/weight.py ADDRESS [PATH …] [--json]

The server must run already, on loopback. The line is slowed to 1.6 Mbit/s with 150 ms there and back, the processor
four times. Told are the bytes on the wire of everything a first visit fetches, the requests, the largest contentful
paint (LCP, seconds) and the cumulative layout shift (CLS).
"""

import argparse
import json
from dataclasses import asdict, dataclass
from typing import Any, Final

from playwright.sync_api import Browser, sync_playwright

LINE: Final = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
_WATCH: Final = """
window.seen = {lcp: 0, cls: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) window.seen.lcp = one.startTime; })
  .observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries())
  if (!one.hadRecentInput) window.seen.cls += one.value; }).observe({type: "layout-shift", buffered: true});
"""


@dataclass(frozen=True, slots=True)
class Weighed:
    """One page, fetched for the first time."""

    path: str
    requests: int
    bytes: int
    script_bytes: int
    lcp: float
    cls: float


def weigh(browser: Browser, address: str, path: str) -> Weighed:
    """Open a page with nothing kept from before."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    line = context.new_cdp_session(page)
    sent: dict[str, float] = {}
    kinds: dict[str, str] = {}
    line.on("Network.requestWillBeSent", lambda event: kinds.update({event["requestId"]: event.get("type", "")}))
    line.on(
        "Network.loadingFinished", lambda event: sent.update({event["requestId"]: float(event["encodedDataLength"])})
    )
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script(_WATCH)
    page.goto(address + path, wait_until="load")
    page.wait_for_timeout(1500)
    seen: dict[str, float] = page.evaluate("window.seen")
    scripts = sum(size for request, size in sent.items() if kinds.get(request) == "Script")
    context.close()
    return Weighed(path, len(sent), int(sum(sent.values())), int(scripts), seen["lcp"] / 1000, seen["cls"])


def main() -> None:
    """Weigh the pages, and print a table or JSON."""
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("address")
    read.add_argument("paths", nargs="*", default=["/", "/questions", "/practices", "/search?q=captions"])
    read.add_argument("--json", action="store_true")
    asked: Any = read.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        found = [weigh(browser, asked.address, path) for path in asked.paths]
        browser.close()
    if asked.json:
        print(json.dumps([asdict(one) for one in found], indent=2))
        return
    print(f"{'page':<40} {'requests':>8} {'KiB':>7} {'JS KiB':>7} {'LCP s':>6} {'CLS':>6}")
    for one in found:
        print(
            f"{one.path[:40]:<40} {one.requests:>8} {one.bytes / 1024:>7.1f} {one.script_bytes / 1024:>7.1f} "
            f"{one.lcp:>6.2f} {one.cls:>6.3f}"
        )


if __name__ == "__main__":
    main()
