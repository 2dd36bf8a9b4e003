"""The way in and out: requests, pages, JSON, headers, failures."""

from starlette.convertors import Convertor, register_url_convertor


class RowNumber(Convertor[int]):
    """A number in a path, small enough for the databases: a longer one is the address of nothing."""

    regex = "[0-9]{1,18}"

    def convert(self, value: str) -> int:
        """Read the number."""
        return int(value)

    def to_string(self, value: int) -> str:
        """Write the number."""
        return str(value)


register_url_convertor("int", RowNumber())
