"""What people do, in a few broad words: titles are as many as people, and one may say who somebody is."""

import re
from typing import Final

# The first that fits counts. Longer ones are beginnings of words, in the languages of the network ("Communicatie…").
_FUNCTIONS: Final = {
    "Communications": "communic, comunic, comunicaç, kommunikation, press, presse, prensa, media, social, marketing, "
    "public relations, pr, voorlicht, woordvoerd, reputation, brand, content, redact, editor",
    "Clinician": "doctor, dr, physician, nurse, medic, médic, clinic, clínic, klin, arzt, ärzt, pflege, verpleeg, "
    "infirm, enferm, midwi, pharmac, surgeon, therap, oncolog, cardiolog, pediatr, psychiat",
    "Digital": "digital, web, online, it, ict, data, product, software, developer, tech",
    "Patient experience": "patient, patiënt, experience, volunteer, family, engagement, ombud",
    "Privacy and legal": "privacy, legal, lawyer, jurist, compliance, dpo",
    "Education and research": "teacher, educat, training, lectur, research, professor, onderzoek, forsch",
    "Management": "director, chief, ceo, manager, president, board, bestuur, leitung, head of",
}
_SHORT: Final = 4


def _pattern(words: str) -> re.Pattern[str]:
    parts = [word.strip() for word in words.split(",")]
    begun = "|".join(re.escape(one) for one in parts if len(one) > _SHORT)
    alone = "|".join(re.escape(one) for one in parts if len(one) <= _SHORT)
    return re.compile(rf"\b(?:{begun})" + (rf"|\b(?:{alone})\b" if alone else ""), re.IGNORECASE)


_SEEN: Final = {name: _pattern(words) for name, words in _FUNCTIONS.items()}


def function_of(title: str) -> str:
    """Return the broad function that a title speaks of, empty when it is none of those known."""
    return next((name for name, words in _SEEN.items() if words.search(title)), "")
