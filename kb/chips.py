"""The links in the text of an article: the chips that lead to posts, such as [#2](/t/18-title/2#post-2), and others."""

import re
from collections.abc import Iterable
from typing import Final

from kb.queries.sources import Source

_CHIP: Final = re.compile(r"\[#(\d+)\]\((/t/\d+-[^\s()\"]*#post-\1)\)")
_WITHIN: Final = re.compile(r"(\]\(<?|^ {0,3}\[[^\]\n]+\]: *<?)/(?!/)", re.MULTILINE)
_SPECIAL: Final = re.compile(r"([\\\"&`*_<>\[\]])")


def with_titles(text: str, sources: Iterable[Source]) -> str:
    """Let each chip say in its title which post of which thread it leads to: numbers of two threads look alike."""
    known = {one.url: one for one in sources if one.number and one.open_to_viewer}
    return _CHIP.sub(lambda chip: _titled(chip, known.get(chip[2])), text)


def with_addresses(text: str, address: str) -> str:
    """Let links within the site name the site, so that they lead there wherever the text is read."""
    return _WITHIN.sub(lambda found: f"{found[1]}{address}/", text)


def _titled(chip: re.Match[str], source: Source | None) -> str:
    if source is None:
        return chip[0]
    words = _SPECIAL.sub(r"\\\1", f"Post #{source.number} by {source.author.signed} in “{source.title}”")
    return f'[#{chip[1]}]({chip[2]} "{words}")'
