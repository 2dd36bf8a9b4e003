"""Files for tests of uploads: honest ones, and some that are not what they seem."""

import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><title>x</title><script>alert(1)</script>"
CSV = b"name;value\nreach;12\nlikes;14\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), colour: Any = (200, 30, 30), **more: Any) -> bytes:
    """Draw a picture with a mark in its upper left corner."""
    made = Image.new("RGB", size, colour)
    ImageDraw.Draw(made).rectangle((0, 0, size[0] // 3, size[1] // 3), fill=(0, 0, 255))
    out = BytesIO()
    made.save(out, kind, **more)
    return out.getvalue()


def photograph(size: tuple[int, int] = (60, 40), orientation: int = 1) -> bytes:
    """Take a JPEG photograph that says where it was taken, with what, by whom, and which way is up."""
    exif = Image.Exif()
    exif[271], exif[272], exif[274], exif[315] = "Canon", "EOS 5", orientation, "Jan de Vries"
    exif.get_ifd(34853).update({1: "N", 2: (52.0, 5.0, 12.0), 3: "E", 4: (4.0, 53.0, 1.0)})
    return picture("JPEG", size, exif=exif, comment=b"Ward 4", xmp=b"<x:xmpmeta>Jan</x:xmpmeta>")


def png_of_size(width: int, height: int) -> bytes:
    """Make a PNG that only says how large it is."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def animation(frames: int, kind: str = "GIF") -> bytes:
    """Make a moving picture."""
    all_frames = [Image.new("L", (8, 8), number * 60 % 250) for number in range(frames)]
    out = BytesIO()
    all_frames[0].save(out, kind, save_all=True, append_images=all_frames[1:], duration=20, disposal=0)
    return out.getvalue()


def pdf(*, script: bool = False, attached: bool = False, launch: bool = False, password: str = "") -> bytes:
    """Write a PDF of one page by Jan de Vries."""
    writer = PdfWriter()
    page = writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": "Jan de Vries", "/Creator": "Word", "/Title": "Secret title"})
    if script:
        writer.root_object[NameObject("/Names")] = DictionaryObject(
            {
                NameObject("/JavaScript"): DictionaryObject(
                    {
                        NameObject("/S"): NameObject("/JavaScript"),
                        NameObject("/JS"): TextStringObject("app.alert('evil')"),
                    }
                )
            }
        )
    if attached:
        writer.add_attachment("evil.exe", b"MZ evil attachment")
    if launch:
        action = DictionaryObject(
            {NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("evil-launch.exe")}
        )
        page[NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
        writer.root_object[NameObject("/OpenAction")] = action
    if password:
        writer.encrypt(password)
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def office(kind: str = "docx", **more: bytes) -> bytes:
    """Write an office document by Jan de Vries; `more` are parts besides, with __ for / and _dot_ for a dot."""
    main = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}[kind]
    parts = {
        "[Content_Types].xml": b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": b'<Relationships><Relationship Id="rId1" Type="x/officeDocument" Target="word/document.xml"/>'
        b'<Relationship Id="rId2" Type="http://x/metadata/thumbnail" Target="docProps/thumbnail.jpeg"/>'
        b"</Relationships>",
        "docProps/core.xml": b"<cp:coreProperties xmlns:cp='c' xmlns:dc='d'><dc:creator>Jan de Vries</dc:creator>"
        b"<cp:lastModifiedBy>Piet</cp:lastModifiedBy></cp:coreProperties>",
        "docProps/app.xml": b"<Properties><Company>Ziekenhuis</Company></Properties>",
        "docProps/thumbnail.jpeg": photograph(),
        main: b"<w:document xmlns:w='w'><w:p>Hello ward</w:p></w:document>",
        "word/comments.xml": b'<w:comments xmlns:w="w">'
        b'<w:comment w:author="Jan de Vries" w:initials="JV">Hm</w:comment>'
        b"</w:comments>",
        "word/media/image1.jpeg": photograph(),
    }
    parts |= {name.replace("__", "/").replace("_dot_", "."): data for name, data in more.items()}
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    """Pack parts into a zip."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()
