"""What people type, read into frozen models: the same for a form, a JSON body and the API description."""

from collections.abc import Mapping
from typing import Annotated, Any, Final, Self, TypeGuard, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from base.errors import Invalid
from base.text.clean import clean_text

_SENTENCES: Final[Mapping[str, str]] = {
    "missing": "{label} is needed.",
    "string_too_short": "{label} needs at least {min_length} characters.",
    "string_too_long": "{label} may have at most {max_length} characters.",
    "too_short": "{label} needs at least {min_length}.",
    "too_long": "{label} may have at most {max_length}.",
    "int_parsing": "{label} must be a whole number.",
    "int_from_float": "{label} must be a whole number.",
    "float_parsing": "{label} must be a number.",
    "decimal_parsing": "{label} must be a number.",
    "date_from_datetime_parsing": "{label} must be a date such as 2026-03-31.",
    "date_parsing": "{label} must be a date such as 2026-03-31.",
    "enum": "{label}: please choose one of the options.",
    "literal_error": "{label}: please choose one of the options.",
    "greater_than_equal": "{label} must be at least {ge}.",
    "less_than_equal": "{label} must be at most {le}.",
    "less_than": "{label} must be less than {lt:,}.",
    "greater_than": "{label} must be more than {gt:,}.",
    "string_pattern_mismatch": "{label} is not written as expected.",
    "bool_parsing": "{label}: please choose yes or no.",
}


def _split(value: object) -> object:
    """Split at commas, also inside a list: a form may have boxes to tick and a line for more under one name."""
    parts = [value] if isinstance(value, str) else value
    if not isinstance(parts, list | tuple):
        return value
    words = [word for part in parts for word in (part.split(",") if isinstance(part, str) else [part])]
    return [word.strip() if isinstance(word, str) else word for word in words if word is not None and word != ""]


def _line(value: object) -> object:
    return clean_text(value, multiline=False) if isinstance(value, str) else value


def _body(value: object) -> object:
    return clean_text(value, multiline=True) if isinstance(value, str) else value


def _blank_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


Line = Annotated[str, BeforeValidator(_line)]
"""One line of text, cleaned."""
Body = Annotated[str, BeforeValidator(_body)]
"""Several lines of text, cleaned."""
Words = Annotated[list[Line], BeforeValidator(_split)]
"""A list of words, or the same separated by commas."""
RowId = Annotated[int, Field(ge=1, lt=2**63)]
"""The id of a row, small enough for the databases."""
SmallNumber = Annotated[int, Field(ge=0, lt=2**31)]
"""A count, small enough for the databases."""
Number = Annotated[int, Field(ge=1, lt=2**31)]
"""The number of a post or of a version: they count from one."""
BlankIsNone = BeforeValidator(_blank_is_none)
"""An empty form field means nothing was given."""


def sentence_of(wrong: Any, label: str) -> str:
    """Return what is wrong with one field, of pydantic's details, as a sentence."""
    kind = wrong["type"]
    if kind == "value_error":
        return str(wrong["ctx"]["error"])
    if kind in ("too_short", "too_long") and isinstance(wrong.get("input"), str):
        kind = f"string_{kind}"
    if (kind == "string_too_short" and wrong["ctx"].get("min_length") == 1) or wrong.get("input") in ("", None):
        kind = "missing"
    sentence = _SENTENCES.get(kind, "{label} is not valid.")
    return sentence.format(label=label, **wrong.get("ctx", {}))


class Input(BaseModel):
    """Base of every input."""

    # Built on first use: a hundred inputs would cost a third of a start.
    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)

    @classmethod
    def read(cls, given: Mapping[str, object]) -> Self:
        """Return the cleaned input, or raise Invalid with every wrong field at once."""
        try:
            return cls.model_validate(dict(given))
        except ValidationError as error:
            raise Invalid(cls._sentences(error), given) from None

    @classmethod
    def _sentences(cls, error: ValidationError) -> dict[str, str]:
        found: dict[str, str] = {}
        for wrong in error.errors(include_url=False):
            name = ".".join(str(part) for part in wrong["loc"]) or "form"
            found.setdefault(name, cls._sentence(wrong))
        return found

    @classmethod
    def _sentence(cls, wrong: Any) -> str:
        return sentence_of(wrong, cls._label(wrong["loc"]))

    @classmethod
    def _label(cls, place: tuple[int | str, ...]) -> str:
        """Return what a field is called; a field of a row by its own name, not by that of the rows."""
        names = [part for part in place if isinstance(part, str)]
        if not names:
            return ""
        field = cls.model_fields.get(names[0])
        rows = [kind for kind in get_args(field.annotation) if _is_input(kind)] if field and names[1:] else []
        if rows:
            label: str = rows[0]._label(tuple(names[1:]))
            return label
        return field.title if field and field.title else names[0].replace("_", " ").capitalize()


def _is_input(kind: object) -> TypeGuard[type[Input]]:
    return isinstance(kind, type) and issubclass(kind, Input)
