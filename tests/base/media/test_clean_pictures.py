"""Pictures leave nothing behind but their pixels."""

import time
from io import BytesIO

import pytest
from PIL import Image, ImageCms

from base.media.clean import Clean, NotTaken
from base.media.kinds import clean_file
from tests.made_files import HTML, SVG, animation, photograph, picture, png_of_size, zipped


def opened(clean: Clean) -> Image.Image:
    return Image.open(BytesIO(clean.data))


def test_a_photograph_loses_everything_it_told() -> None:
    given = photograph()
    assert b"Canon" in given
    assert b"Ward 4" in given
    clean = clean_file(given)
    assert clean.kind == "image"
    assert clean.media_type == "image/jpeg"
    assert clean.ending == "jpg"
    assert set(clean.stripped) == {"location", "camera", "author", "description"}
    for version in (clean.data, *clean.versions.values()):
        assert not dict(Image.open(BytesIO(version)).getexif())
        for told in (b"Canon", b"Ward 4", b"Jan", b"Exif", b"xmp"):
            assert told not in version


def test_a_photograph_is_turned_upright() -> None:
    clean = clean_file(photograph((60, 40), orientation=6))
    assert (clean.width, clean.height) == (40, 60)
    red, _, blue = opened(clean).convert("RGB").getpixel((35, 5))  # type: ignore[misc]
    assert blue > red  # the mark went from the upper left to the upper right


def test_colours_stay_what_they_are() -> None:
    given = picture(
        "PNG", colour=(10, 200, 60), icc_profile=ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    )
    clean = clean_file(given)
    assert "icc_profile" not in opened(clean).info
    assert all(abs(a - b) <= 2 for a, b in zip(opened(clean).getpixel((50, 35)), (10, 200, 60), strict=True))  # type: ignore[arg-type]


def test_sixteen_bits_and_transparency_and_cmyk_survive() -> None:
    deep, out = Image.new("I;16", (2, 1)), BytesIO()
    deep.putpixel((0, 0), 32768)
    deep.save(out, "PNG")
    assert opened(clean_file(out.getvalue())).getpixel((0, 0)) == 127
    clear, out = Image.new("RGBA", (4, 4), (255, 0, 0, 0)), BytesIO()
    clear.save(out, "PNG")
    assert opened(clean_file(out.getvalue())).mode == "RGBA"
    printed, out = Image.new("CMYK", (4, 4), (0, 255, 255, 0)), BytesIO()
    printed.save(out, "JPEG")
    assert opened(clean_file(out.getvalue())).mode == "RGB"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_is_hung_behind_a_picture_is_gone(kind: str) -> None:
    for tail in (HTML, SVG, zipped({"evil.js": b"alert(1)"})):
        clean = clean_file(picture(kind) + tail)
        for version in (clean.data, *clean.versions.values()):
            assert b"script" not in version
            assert b"PK\x03\x04" not in version
            assert b"evil" not in version


def test_a_moving_picture_becomes_a_still_one() -> None:
    for kind in ("GIF", "WEBP"):
        clean = clean_file(animation(5, kind))
        assert "animation" in clean.stripped
        assert not getattr(opened(clean), "is_animated", False)
    began = time.perf_counter()
    assert clean_file(animation(10_000)).media_type == "image/png"
    assert time.perf_counter() - began < 20


def test_smaller_versions() -> None:
    small, large = clean_file(picture(size=(60, 40))), clean_file(picture(size=(2000, 1000)))
    assert set(small.versions) == {"thumb"}
    assert Image.open(BytesIO(large.versions["thumb"])).size == (480, 240)
    assert Image.open(BytesIO(large.versions["display"])).size == (1600, 800)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (png_of_size(60_000, 60_000), "million pixels"),
        (png_of_size(8_000, 5_001), "million pixels"),
        (png_of_size(20, 20), "damaged"),
        (picture("JPEG", (600, 400))[:700], "damaged"),
        (picture("PNG", (600, 400))[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n" + HTML, "damaged"),
        (b"\xff\xd8\xff" + b"\0" * 50, "damaged"),
        (b"GIF89a" + SVG, "damaged"),
        (b"RIFF\0\0\0\0WEBP", "damaged"),
        (b"", "empty"),
        (SVG, "not taken"),
        (HTML, "not taken"),
        (b"\xef\xbb\xbf  " + SVG, "not taken"),
        (SVG.decode().encode("utf-16"), "not taken"),
        (b"MZ\x90\x00\x03", "not taken"),
    ],
)
def test_what_is_not_taken(given: bytes, words: str) -> None:
    began = time.perf_counter()
    with pytest.raises(NotTaken, match=words):
        clean_file(given)
    assert time.perf_counter() - began < 2
