"""Which Chromium the tests look with."""

import shutil

# The first draws the same pages without the frames of windows, which cost five times what the pages cost.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")


def program() -> str | None:
    """Return the first that is on the path."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)
