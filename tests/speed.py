"""Work that tests would repeat thousands of times with the same result, done once in each process."""

import sys

from tortoise.apps import Apps
from tortoise.models import Model


def ready_models_once() -> None:
    """Ready the models for an engine when the first connection to it is made.

    Tortoise does it at each, which is half of what a small test costs. A program makes one connection.
    """
    ready: dict[type[Model], type] = {}
    build = Apps._build_initial_querysets

    def build_once(apps: Apps) -> None:
        models = list(apps.get_models_iterable())
        engine = models[0]._meta.db.executor_class
        if any(ready.get(model) is not engine for model in models):
            build(apps)
            ready.update(dict.fromkeys(models, engine))

    Apps._build_initial_querysets = build_once  # type: ignore[method-assign]


def look_for_no_trio() -> None:
    """Let the client know at once that there is no trio, for which it looks through all folders at each request."""
    sys.modules.setdefault("sniffio", None)  # type: ignore[arg-type]
