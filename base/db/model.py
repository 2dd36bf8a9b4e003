"""What every table's model is made from."""

from functools import cache
from typing import Any, Final

import tortoise

_USED: Final = frozenset({
    "", "not", "in", "not_in", "isnull", "not_isnull", "gt", "gte", "lt", "lte", "contains", "startswith", "endswith",
})  # fmt: skip
"""What may stand behind `__` in the name of a condition."""


class Model(tortoise.Model):
    """A model that is ready for the conditions this program uses.

    The ORM knows thirty conditions on a column and makes all of them beforehand, for each column of each table: about
    8 MiB. Whoever uses another one is told that it is not known.
    """

    class Meta:
        """No table of its own."""

        abstract = True

    def __init_subclass__(cls, **given: Any) -> None:
        """Forget the other conditions."""
        super().__init_subclass__(**given)
        _forget(cls)


@cache
def forget_late(model: type[tortoise.Model]) -> None:
    """Forget those on columns of foreign keys, too, which are made when a database is opened for the first time."""
    _forget(model)


def _forget(model: type[tortoise.Model]) -> None:
    for known in (model._meta.filters, model._meta._filters):
        for name in [name for name in known if name.partition("__")[2] not in _USED]:
            del known[name]
