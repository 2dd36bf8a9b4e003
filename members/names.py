"""Names of people as inputs."""

import re
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from base.inputs import Line

# A name is shown to others and written into letters to addresses that are not yet proven: no advertisement in it.
_NOT_A_NAME: Final = re.compile(r"://|www\.|[<>@\\{}|]|\.(?:com|net|org|info|biz|ru|xyz|io|top|link)\b", re.IGNORECASE)


def _a_name(name: str) -> str:
    if _NOT_A_NAME.search(name) or not any(letter.isalpha() for letter in name):
        raise ValueError("Please give a name as people write it, without addresses or signs.")
    return name


PersonName = Annotated[Line, Field(min_length=2, max_length=80, title="Name"), AfterValidator(_a_name)]
"""The name of a person."""
