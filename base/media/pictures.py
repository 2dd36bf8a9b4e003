"""Pictures: decoded and written anew, so that nothing but their pixels survives."""

import warnings
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageCms, ImageOps

from base.media.clean import Clean, NotTaken

MOST_PIXELS: Final = 40_000_000
THUMB: Final = 480
DISPLAY: Final = 1600
# Pillow refuses by itself what is twice as large, even where a size is asked for before ours is looked at.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

# What is written for what was read; an animation becomes a still picture, which needs no pause button.
_WRITTEN: Final = {
    "JPEG": ("JPEG", "image/jpeg", "jpg"),
    "PNG": ("PNG", "image/png", "png"),
    "GIF": ("PNG", "image/png", "png"),
    "WEBP": ("WEBP", "image/webp", "webp"),
}
_HOW: Final[dict[str, dict[str, Any]]] = {
    "JPEG": {"quality": 90, "optimize": True, "progressive": True},
    "PNG": {"optimize": False, "compress_level": 7},
    "WEBP": {"quality": 90, "method": 4},
}
_CAMERA: Final = (271, 272, 305, 306, 34665)
_AUTHOR: Final = (315, 33432, 40093)
_GPS: Final = 34853
_DESCRIBED: Final = ("xmp", "XML:com.adobe.xmp", "photoshop", "comment")


def clean_picture(data: bytes, kind: str) -> Clean:
    """Return the picture with its pixels alone, turned upright, in plain colours, with its smaller versions."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _clean(data, kind)
    except NotTaken:
        raise
    except Image.DecompressionBombError:
        raise NotTaken(_too_large()) from None
    except (OSError, ValueError, SyntaxError, ArithmeticError, LookupError, TypeError, AttributeError, MemoryError):
        raise NotTaken("This picture could not be read: it is damaged, or not whole.") from None


def _clean(data: bytes, kind: str) -> Clean:
    with Image.open(BytesIO(data), formats=(kind,)) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise NotTaken(_too_large())
        moving = bool(getattr(opened, "is_animated", False)) and kind != "JPEG"
        opened.load()
        stripped = [*_found(opened), *(["animation"] if moving else [])]
        upright = ImageOps.exif_transpose(opened)
        plain = _plain(upright, opaque=kind == "JPEG")
    written, media_type, ending = _WRITTEN[kind]
    versions = {"thumb": _smaller(plain, THUMB)}
    if max(plain.size) > DISPLAY:
        versions["display"] = _smaller(plain, DISPLAY)
    return Clean(
        data=_bytes(plain, written),
        kind="image",
        media_type=media_type,
        ending=ending,
        width=plain.width,
        height=plain.height,
        stripped=tuple(stripped),
        versions=versions,
    )


def _too_large() -> str:
    return f"This picture has more than {MOST_PIXELS // 1_000_000} million pixels. Please make it smaller first."


def _found(picture: Image.Image) -> list[str]:
    """Return codes for what the picture told besides its pixels."""
    exif = picture.getexif()
    info = picture.info
    told = " ".join(str(info[name]) for name in _DESCRIBED if info.get(name))
    found = {
        "location": bool(exif.get_ifd(_GPS)) or "GPSL" in told,
        "camera": any(exif.get(tag) for tag in _CAMERA) or bool(exif.get_ifd(34665)),
        "author": any(exif.get(tag) for tag in _AUTHOR) or "dc:creator" in told,
        "description": bool(told) or bool(exif.get(270)) or bool(getattr(picture, "text", None)),
    }
    return [code for code, there in found.items() if there]


def _plain(picture: Image.Image, *, opaque: bool) -> Image.Image:
    """Return the pixels as sRGB, with transparency only where there is some, and nothing that was kept beside them."""
    profile = picture.info.get("icc_profile")
    see_through = not opaque and (picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info)
    if picture.mode.startswith("I") or picture.mode == "F":
        picture = _of_sixteen_bits(picture)
    wanted = "RGBA" if see_through else "L" if picture.mode in ("L", "1") else "RGB"
    plain = _in_srgb(picture, profile, wanted) if profile and picture.mode in ("RGB", "CMYK") else None
    if plain is None:
        plain = picture.convert(wanted)
    fresh = plain.copy()
    fresh.info = {}
    return fresh


def _of_sixteen_bits(picture: Image.Image) -> Image.Image:
    """Return 65,536 shades as 256; Pillow would cut them off at 255."""
    return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")


def _in_srgb(picture: Image.Image, profile: bytes, wanted: str) -> Image.Image | None:
    try:
        given = ImageCms.ImageCmsProfile(BytesIO(profile))
        return ImageCms.profileToProfile(picture, given, ImageCms.createProfile("sRGB"), outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None  # a damaged profile: the colours as they are come nearest


def _smaller(picture: Image.Image, most: int) -> bytes:
    small = picture.copy()
    small.thumbnail((most, most), Image.Resampling.LANCZOS)
    return _bytes(small, "WEBP")


def _bytes(picture: Image.Image, kind: str) -> bytes:
    out = BytesIO()
    picture.save(out, kind, **_HOW[kind])
    return out.getvalue()
