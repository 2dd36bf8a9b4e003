"""Draw every part with sample data: `python tests/look/gallery.py DIR`."""

import re
import sys
from pathlib import Path

import jinja2

from base.paging import Page
from base.web import inline
from base.web import render as rendering
from base.web.words import reading
from tests.look import sample

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FAILURES = (401, 403, 404, 409, 422, 429, 500, 503)
ENVIRONMENT = rendering._environment.overlay(
    loader=jinja2.ChoiceLoader([jinja2.FileSystemLoader(HERE / "pages"), jinja2.FileSystemLoader(ROOT / "templates")])
)


def icon_names() -> list[str]:
    found = re.findall(r'id="i-([a-z-]+)"', (ROOT / "static" / "icons.svg").read_text())
    return [name for name in found if name not in ("logo", "blank")]


def context(*, member: bool = True) -> dict[str, object]:
    site = sample.Thing(
        name="Commonplace",
        tagline="What works when organisations use platforms",
        version="0.1.0",
        dev_mail=True,
        demo=True,
        static=rendering.static_url,
        icon=inline.icon(),
        theme_script=inline.theme_script(),
    )
    viewer = sample.viewer(member=member)
    return {
        "viewer": viewer,
        "account": rendering.account(viewer),
        "site": site,
        "path": "/questions",
        "query": {},
        "errors": {},
        "given": {},
        "messages": [],
        "now": sample.NOW,
        "threads": sample.THREADS,
        "articles": sample.ARTICLES,
        "posts": sample.POSTS,
        "comment_list": sample.COMMENTS,
        "metrics": sample.METRICS,
        "hit_list": sample.HITS,
        "facet_list": sample.FACETS,
        "changes": sample.CHANGES,
        "source_list": sample.SOURCES,
        "step_list": sample.STEPS,
        "toc_list": sample.TOC,
        "similar": sample.THREADS[:3],
        "mara": sample.MARA,
        "ana": sample.ANA,
        "vendor": sample.VENDOR,
        "masked": sample.MASKED,
        "icon_names": icon_names(),
        "page": Page(5, 20, 240),
    }


def draw() -> dict[str, str]:
    """Return the HTML of every gallery page by name."""
    pages = {}
    with reading("en"):
        for file in sorted((HERE / "pages").glob("*.html")):
            more = {"errors": sample.ERRORS, "given": sample.GIVEN} if file.stem == "form" else {}
            more |= {"messages": [("ok", "Your answer was posted.")]} if file.stem == "thread" else {}
            template = ENVIRONMENT.get_template(file.name)
            pages[file.stem] = template.render(context(member=file.stem != "signin") | more)
        for status in FAILURES:
            data = {
                "status": status,
                "title": "Failure",
                "sentence": "A sentence for the reader.",
                "details": {},
                "retry_after": 95,
                "typed": ("What somebody wrote before this happened.",) if status in (401, 503) else (),
                "after": "/",
            }
            pages[f"error-{status}"] = ENVIRONMENT.get_template("errors/failure.html").render(
                context(member=False) | data
            )
    return pages


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    for name, html in draw().items():
        (target / f"{name}.html").write_text(html)
