"""The words that are shown of what was found."""

from search_index.engines.analysis import analyser
from search_index.engines.marking import SNIPPET, Wanted, snippet

FILLING = "Give one direct contact with a name and office hours before anything else is written. "


def _shown(text: str, words: str) -> str:
    wanted = Wanted(frozenset(term.stem for term in analyser("en").terms(words)))
    return "".join(piece.text for piece in snippet(text, wanted.marks(text, "en")))


def test_a_snippet_begins_and_ends_with_whole_words() -> None:
    for shift in range(12):
        text = f"Reviews come late. {'x' * shift} {FILLING * 4}A second reader checks negative reviews. {FILLING * 4}"
        shown = _shown(text, "negative reviews")
        assert shown.startswith("… ")
        assert shown.endswith(" …")
        assert f" {shown[2:-2]} " in text
        assert "negative reviews" in shown
        assert len(shown) < SNIPPET + 10
