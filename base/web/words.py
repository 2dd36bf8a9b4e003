"""The words of the site in the reader's language (gettext)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from gettext import NullTranslations

from babel.support import Translations
from markupsafe import Markup, escape

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


def reading_in() -> str:
    """Return the language of the page that is being rendered."""
    return _locale.get()


@lru_cache(maxsize=4096)
def _told(locale: str, message: str) -> str:
    return translations_for(locale).gettext(message)


# Jinja's own wrappers of gettext took a third of a page's time, and took every message for safe HTML. Here words
# are words: the message is escaped like what is put into its places.
@lru_cache(maxsize=4096)
def _whole(locale: str, message: str) -> Markup:
    return escape(_told(locale, message).replace("%%", "%"))


def page_word(message: str, /, **places: object) -> Markup:
    """Return `message` in the reader's language for a page, with its places filled in and escaped."""
    locale = _locale.get()
    return escape(_told(locale, message)) % places if places else _whole(locale, message)


def page_words(one: str, many: str, number: int, /, **places: object) -> Markup:
    """Return the singular or plural for a page; `num` is a place of its own."""
    return escape(translations_for(_locale.get()).ngettext(one, many, number)) % {"num": number, **places}


def plain_word(message: str, /, **places: object) -> str:
    """Return `message` in the reader's language for a letter."""
    told = _told(_locale.get(), message)
    return told % places if places else told.replace("%%", "%")


def plain_words(one: str, many: str, number: int, /, **places: object) -> str:
    """Return the singular or plural for a letter; `num` is a place of its own."""
    return translations_for(_locale.get()).ngettext(one, many, number) % {"num": number, **places}
