"""How tokens become HTML, where our pages want it otherwise than markdown-it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from markdown_it.common.utils import escapeHtml
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from base.text.wall import LANGUAGES

_BACK: Final = "\u21a9\ufe0e"


class Renderer(RendererHTML):
    """Markdown tokens as the HTML of a post or an article."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show code, naming its language when it is one we know."""
        language = tokens[idx].info.strip().partition(" ")[0].lower()
        named = f' class="language-{language}"' if language in LANGUAGES else ""
        return f'<pre tabindex="0"><code{named}>{escapeHtml(tokens[idx].content)}</code></pre>\n'

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show indented code."""
        return f'<pre tabindex="0"><code>{escapeHtml(tokens[idx].content)}</code></pre>\n'

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Let a wide table scroll by itself, by keyboard too."""
        return '<div class="table-scroll" tabindex="0"><table>\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close the table and what it scrolls in."""
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Say that a head cell heads its column."""
        return f'<th scope="col"{_aligned(tokens[idx])}>'

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Align a cell by class: the pages allow no inline style."""
        return f"<td{_aligned(tokens[idx])}>"

    def list_item_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Open a list item; what marks a task stands with its words."""
        return self.renderToken(tokens, idx, options, env)

    def task_box(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Show a task's state as a sign that says what it is."""
        sign, name = ("☑", "Done") if tokens[idx].meta["checked"] else ("☐", "To do")
        return f'<span class="task-box" role="img" aria-label="{name}">{sign}</span> '

    def quote_source_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Name the source of a quote."""
        return '<p class="quote-source"><cite>'

    def quote_source_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """Close the source of a quote."""
        return "</cite></p>\n"


def _aligned(token: Token) -> str:
    side = str(token.attrs.get("style", "")).removeprefix("text-align:")
    return f' class="align-{side}"' if side in {"left", "center", "right"} else ""


def _footnote_ref(self: Any, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    number, back = _numbers(tokens[idx], env)
    shown = tokens[idx].meta["id"] + 1
    return f'<sup class="footnote-ref"><a href="#{number}" id="{back}">[{shown}]</a></sup>'


def _footnote_anchor(self: Any, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    # One way back, to the first mention: a note named 7,000 times made a page of a megabyte.
    if tokens[idx].meta["subId"]:
        return ""
    back = _numbers(tokens[idx], env)[1]
    return f' <a href="#{back}" class="footnote-back" aria-label="Back to the text">{_BACK}</a>'


def _footnote_open(self: Any, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return f'<li id="{_numbers(tokens[idx], env)[0]}">'


def _block_open(self: Any, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
    return '<section class="footnotes">\n<ol>\n'


def _numbers(token: Token, env: EnvType) -> tuple[str, str]:
    prefix, number, again = env.get("prefix", ""), token.meta["id"] + 1, token.meta.get("subId", 0)
    return f"{prefix}fn-{number}", f"{prefix}fnref-{number}" + (f"-{again + 1}" if again else "")


FOOTNOTE_RULES: Final[dict[str, Callable[..., str]]] = {
    "footnote_ref": _footnote_ref,
    "footnote_anchor": _footnote_anchor,
    "footnote_open": _footnote_open,
    "footnote_block_open": _block_open,
}
