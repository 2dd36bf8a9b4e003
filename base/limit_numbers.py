"""The one table of limits on writing: their usual numbers, which the setting `limit_numbers` may change."""

from collections.abc import Mapping
from typing import Final

NUMBERS: Final[Mapping[str, int]] = {
    # Seconds between two threads, and between two posts; 0 is no pause.
    "topic_pause": 15,
    "post_pause": 5,
    "newcomer_topic_pause": 120,
    "newcomer_post_pause": 30,
    # How much somebody may do within a day; the first day of a newcomer begins with what they first write.
    "topics_a_day": 20,
    "first_day_topics": 3,
    "first_day_posts": 10,
    "likes_a_day": 50,
    "doubts_a_day": 20,
    "edits_a_day": 30,
    "invitations_a_day": 10,
    "letters_a_day": 20,
    # What one text may hold.
    "mentions": 10,
    "newcomer_mentions": 2,
    "newcomer_links": 2,
    "newcomer_images": 1,
    "newcomer_files": 0,
    # How long the form of somebody's very first text was open at least, in seconds; 0 does not look.
    "first_typing": 3,
}

PAUSES: Final = frozenset(name for name in NUMBERS if name.endswith(("pause", "typing")))
"""Those that are seconds, of which 0 is none."""


def number_of(name: str, changed: Mapping[str, int]) -> int:
    """Return a limit, as it was changed by the operator or as it usually is."""
    return changed.get(name, NUMBERS[name])


def unknown(changed: Mapping[str, int]) -> str:
    """Say what is wrong with changed numbers; empty when nothing is."""
    if strange := sorted(set(changed) - set(NUMBERS)):
        return f"limit_numbers knows no {', '.join(strange)}; there are {', '.join(NUMBERS)}"
    if below := sorted(name for name, number in changed.items() if number < 0):
        return f"limit_numbers: {', '.join(below)} must be 0 or more"
    return ""
