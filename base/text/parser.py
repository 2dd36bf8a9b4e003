"""The one Markdown parser, shared by everything that reads what members write."""

import importlib
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.subscript import sub_plugin
from mdit_py_plugins.superscript import superscript_plugin

from base.text.addresses import may_link
from base.text.autolinks import autolink
from base.text.blocks import drop_empty, mark_blocks, mark_tasks
from base.text.files import Files
from base.text.headings import level_headings
from base.text.inline_links import finish_links
from base.text.renderer import FOOTNOTE_RULES, Renderer

MOST_CHARACTERS: Final = 100_000
# Ten lists within lists. A storm of open brackets costs more with every level allowed.
_DEEPEST: Final = 20
_MOST_EMPTY_CELLS: Final = 5_000
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Parser(MarkdownIt):
    """Markdown that refuses every address not on the list."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the name is markdown-it's
        return may_link(url)


def _build() -> _Parser:
    # Rows of a single bar make full rows of empty cells: a 30 kB text became 700 kB of HTML.
    tables: Any = importlib.import_module("markdown_it.rules_block.table")
    tables.MAX_AUTOCOMPLETED_CELLS = _MOST_EMPTY_CELLS
    options = {"html": False, "breaks": True, "tasklists": True, "maxNesting": _DEEPEST}
    parser = _Parser("js-default", options, renderer_cls=Renderer)
    parser.use(footnote_plugin, inline=False).use(deflist_plugin).use(sub_plugin).use(superscript_plugin)
    parser.disable(["linkify", "html_block", "html_inline", "smartquotes", "replacements"])
    parser.inline.ruler.before("escape", "autolink_bare", autolink)
    parser.core.ruler.before("inline", "mark_blocks", mark_blocks)
    parser.core.ruler.after("inline", "finish_links", finish_links)
    parser.core.ruler.after("finish_links", "mark_tasks", mark_tasks)
    parser.core.ruler.push("drop_empty", drop_empty)
    parser.core.ruler.push("level_headings", level_headings)
    for name, rule in FOOTNOTE_RULES.items():
        parser.add_render_rule(name, rule)
    return parser


PARSER: Final = _build()


def environment(
    *,
    prefix: str = "",
    anchors: bool = False,
    people: Collection[str] | None = None,
    links: Mapping[str, str] | None = None,
    files: Files | None = None,
) -> dict[str, Any]:
    """Return what one rendering tells the parser's rules."""
    return {"prefix": prefix, "anchors": anchors, "people": people, "links": links, "files": files}


def parse(source: str, env: dict[str, Any] | None = None) -> list[Token]:
    """Return the tokens of a Markdown text; one above the limit is a ValueError."""
    if len(source) > MOST_CHARACTERS:
        message = f"A text may hold at most {MOST_CHARACTERS:,} characters; this one holds {len(source):,}."
        raise ValueError(message)
    return PARSER.parse(_SURROGATE.sub("\ufffd", source), environment() if env is None else env)
