"""Tell from its bytes what a file is, and clean it; its name is never asked."""

from typing import Final

from base.media.clean import Clean, NotTaken
from base.media.office import clean_office
from base.media.tables import clean_text_file

TAKEN: Final = "pictures (PNG, JPEG, GIF, WebP), PDF, Word, Excel, PowerPoint, OpenDocument, CSV and plain text"

_PICTURES: Final = ((b"\x89PNG\r\n\x1a\n", "PNG"), (b"\xff\xd8\xff", "JPEG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def clean_file(data: bytes) -> Clean:
    """Return the file with nothing left but its content; raises NotTaken. Slow: for a worker thread."""
    if not data:
        raise NotTaken("This file is empty.")
    picture = next((name for start, name in _PICTURES if data.startswith(start)), None)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        picture = "WEBP"
    if picture is not None:
        from base.media.pictures import clean_picture  # for the same reason as below

        return clean_picture(data, picture)
    if data.startswith(b"%PDF-"):
        from base.media.pdf import clean_pdf  # its library takes 8 MB, and few sites see a PDF every day

        return clean_pdf(data)
    if data.startswith(b"PK\x03\x04"):
        return clean_office(data)
    if data.startswith(_OLD_OFFICE):
        raise NotTaken(
            "This document is protected by a password or in an old format (.doc, .xls, .ppt). "
            "Please save it without a password as .docx, .xlsx, .pptx or PDF."
        )
    return clean_text_file(data)
