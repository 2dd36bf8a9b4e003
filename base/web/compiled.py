"""Templates as compiled once, kept in the data folder: a server that starts anew shows its first pages at once."""

from pathlib import Path
from pickle import UnpicklingError
from types import CodeType
from typing import Final

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from base.log import logger

NAME: Final = "templates.compiled"
"""Of the folder in the data folder; whoever removes it loses a second."""


class Compiled(FileSystemBytecodeCache):
    """A memory of compiled templates that pages can do without: nothing fails when it cannot be read or written."""

    def __init__(self, data_dir: Path) -> None:
        folder = data_dir / NAME
        folder.mkdir(mode=0o700, exist_ok=True)
        super().__init__(str(folder))

    def load_bytecode(self, bucket: Bucket) -> None:
        """Load a template, if it is there and whole."""
        try:
            super().load_bytecode(bucket)
            if bucket.code is not None and not isinstance(bucket.code, CodeType):
                raise TypeError("not code")
        except (OSError, EOFError, ValueError, TypeError, UnpicklingError) as error:
            bucket.reset()
            logger("web").info("a compiled template cannot be read: it is compiled anew", error=str(error))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template, if there is room."""
        try:
            super().dump_bytecode(bucket)
        except OSError as error:
            logger("web").info("a compiled template cannot be kept", error=str(error))


def compiled_in(data_dir: Path) -> Compiled | None:
    """Return the memory in a data folder; none where nothing can be written."""
    try:
        return Compiled(data_dir)
    except OSError as error:
        logger("web").info("compiled templates are not kept", error=str(error))
        return None
