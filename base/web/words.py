"""The words of the site in the reader's language (gettext)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from babel.support import Translations

from base.files import shipped


@lru_cache(maxsize=32)
def translations_for(locale: str) -> NullTranslations:
    """Return the catalogue of `locale`, or the English words of the templates themselves."""
    if not locale or locale == "en" or not locale.replace("_", "").isalnum():
        return NullTranslations()
    return Translations.load(shipped("locales"), [locale], domain="commonplace")


_locale: ContextVar[str] = ContextVar("locale", default="en")


@contextmanager
def reading(locale: str) -> Iterator[None]:
    """Translate into `locale` while a template renders."""
    before = _locale.set(locale)
    try:
        yield
    finally:
        _locale.reset(before)


def gettext(message: str) -> str:
    """Return `message` in the language of the page that is being rendered."""
    return translations_for(_locale.get()).gettext(message)


def ngettext(one: str, many: str, number: int) -> str:
    """Return the singular or plural in the language of the page that is being rendered."""
    return translations_for(_locale.get()).ngettext(one, many, number)
