"""The languages people here write in, each by its own name."""

from typing import Final

LANGUAGES: Final[dict[str, str]] = {
    "en": "English",
    "ar": "العربية",
    "cs": "Čeština",
    "da": "Dansk",
    "de": "Deutsch",
    "el": "Ελληνικά",
    "es": "Español",
    "fi": "Suomi",
    "fr": "Français",
    "it": "Italiano",
    "ja": "日本語",
    "nl": "Nederlands",
    "no": "Norsk",
    "pl": "Polski",
    "pt": "Português",
    "sv": "Svenska",
    "tr": "Türkçe",
    "zh": "中文",
}


def language_name(code: str) -> str:
    """Return what a language calls itself, or its code."""
    return LANGUAGES.get(code, code)


def language_of(locale: str) -> str:
    """Return the language of a locale (pt of pt_BR), English when it is not one of ours."""
    code = locale.replace("-", "_").partition("_")[0].lower()
    return code if code in LANGUAGES else "en"
