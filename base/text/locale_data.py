"""What Babel knows of languages and countries, and letting go of it."""

from babel import core, localedata


def forget_locales() -> None:
    """Forget what Babel has read: half a MiB for each locale. What is asked for is read again."""
    with localedata._cache_lock:
        localedata._cache.clear()
        core._global_data = None
