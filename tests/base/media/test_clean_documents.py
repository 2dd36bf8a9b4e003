"""Documents leave nothing behind but their content."""

import time
import zipfile
from io import BytesIO

import pytest
from pypdf import PdfReader

from base.media.clean import NotTaken
from base.media.kinds import clean_file
from tests.made_files import CSV, office, pdf, photograph, zipped

ODT = {
    "mimetype": b"application/vnd.oasis.opendocument.text",
    "content.xml": b"<office:document-content xmlns:office='o' xmlns:dc='d'><dc:creator>Jan de Vries</dc:creator>Hello"
    b"</office:document-content>",
    "meta.xml": b"<office:document-meta xmlns:office='o'>Jan de Vries</office:document-meta>",
    "META-INF/manifest.xml": b"<manifest:manifest xmlns:manifest='m'/>",
}


def test_a_pdf_loses_who_made_it_and_what_runs() -> None:
    given = pdf(script=True, attached=True, launch=True)
    clean = clean_file(given)
    assert (clean.kind, clean.media_type) == ("pdf", "application/pdf")
    assert {"author", "scripts", "attachments"} <= set(clean.stripped)
    for told in (
        b"Jan",
        b"Vries",
        b"Secret",
        b"alert",
        b"evil",
        b"Launch",
        b"JavaScript",
        b"EmbeddedFile",
        b"OpenAction",
    ):
        assert told not in clean.data, told
    assert len(PdfReader(BytesIO(clean.data)).pages) == 1


def raw_pdf(annotation: bytes, *more: bytes) -> bytes:
    """Write a PDF by hand, with an annotation on its page."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Annots [4 0 R] >>",
        b"<< /Type /Annot /Rect [0 0 9 9] " + annotation + b" >>", *more,
    ]  # fmt: skip
    out, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, len(out))
    return out + head + table + tail


@pytest.mark.parametrize(
    ("annotation", "more"),
    [
        (b"/Subtype /Link /A << /S 5 0 R /F (evil.exe) >>", [b"/Launch"]),
        (b"/Subtype /Link /A << /S /L#61unch /F (evil.exe) >>", []),
        (b"/Subtype /Link /A 5 0 R", [b"<< /Type 6 0 R /S /Unknown /F (evil.exe) >>", b"/Action"]),
        (b"/Subtype /Link /A << /S /URI /URI (javascript:evil) >>", []),
        (b"/Subtype /Link /A << /S 5 0 R /URI 6 0 R >>", [b"/URI", b"(file:///evil)"]),
        (b"/Subtype 5 0 R /FS << /F (evil.exe) >>", [b"/FileAttachment"]),
    ],
)
def test_what_a_pdf_starts_is_found_wherever_it_stands(annotation: bytes, more: list[bytes]) -> None:
    assert b"evil" not in clean_file(raw_pdf(annotation, *more)).data


@pytest.mark.parametrize("url", [b"https://example.org/a:b", b"mailto:a@example.org", b"/page", b"page.html?a=b:c"])
def test_links_of_a_pdf_stay(url: bytes) -> None:
    clean = clean_file(raw_pdf(b"/Subtype /Link /A << /S /URI /URI (%s) >>" % url))
    annotation = PdfReader(BytesIO(clean.data)).pages[0].annotations[0].get_object()  # type: ignore[index]
    assert annotation["/A"]["/URI"] == url.decode()


def test_a_damaged_pdf_is_no_reason_to_fill_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(NotTaken):
        clean_file(b"%PDF-1.7\n1 0 obj\n" + b"<<" * 5_000 + b"\nstartxref\n9\n%%EOF")
    assert not caplog.records


def test_a_photograph_inside_a_pdf_loses_where_it_was_taken() -> None:
    from PIL import Image

    out = BytesIO()
    Image.open(BytesIO(photograph((300, 200)))).save(out, "PDF", exif=Image.open(BytesIO(photograph())).getexif())
    clean = clean_file(out.getvalue())
    assert b"Canon" not in clean.data
    assert len(PdfReader(BytesIO(clean.data)).pages[0].images) == 1


def test_a_photograph_inside_keeps_its_pixels_and_nothing_else() -> None:
    from PIL import Image

    from base.media.segments import without_told

    for progressive in (False, True):
        out = BytesIO()
        Image.open(BytesIO(photograph((300, 200)))).save(out, "JPEG", progressive=progressive, exif=b"Exif\0\0Canon")
        whole = out.getvalue()
        second = b"\xff\xe2\x00\x0aMPF\0\0\0\0\0"
        told = whole[:2] + second + b"\xff\xe4\x00\x09GPS far" + whole[2:] + photograph()
        clean = without_told(told)
        for word in (b"Canon", b"MPF", b"GPS", b"Exif"):
            assert word not in clean, word
        pictures = [Image.open(BytesIO(one)).tobytes() for one in (whole, clean)]
        assert pictures[0] == pictures[1]
        assert clean.endswith(b"\xff\xd9")


@pytest.mark.parametrize("kind", ["docx", "xlsx", "pptx"])
def test_an_office_document_loses_who_made_it(kind: str) -> None:
    clean = clean_file(
        office(kind, word__people_dot_xml=b'<w15:people xmlns:w15="w"><w15:person w15:author="Jan"/></w15:people>')
    )
    assert (clean.kind, clean.ending) == ("office", kind)
    assert "author" in clean.stripped
    with zipfile.ZipFile(BytesIO(clean.data)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert archive.testzip() is None
        assert "docProps/thumbnail.jpeg" not in archive.namelist()
        picture_inside = archive.read("word/media/image1.jpeg")
    assert b"Hello ward" in everything
    assert b"Hm" in everything
    for told in (b"Jan", b"Piet", b"Ziekenhuis", b"Canon", b"thumbnail", b'"JV"'):
        assert told not in everything, told
    assert picture_inside.startswith(b"\xff\xd8")


def test_opendocument_too() -> None:
    clean = clean_file(zipped(ODT))
    assert clean.ending == "odt"
    with zipfile.ZipFile(BytesIO(clean.data)) as archive:
        assert archive.namelist()[0] == "mimetype"
        assert b"Jan" not in b"".join(archive.read(name) for name in archive.namelist())


def test_what_stands_before_and_behind_a_zip_is_gone() -> None:
    clean = clean_file(office() + b"<script>alert(1)</script>")
    assert b"alert" not in clean.data


def test_tables_and_text() -> None:
    table = clean_file(CSV)
    assert (table.media_type, table.ending) == ("text/csv", "csv")
    assert table.data.decode("utf-8-sig") == CSV.decode()
    text = clean_file("Liebe Kolleginnen,\ngrüße \u202eevil".encode())
    assert (text.media_type, text.ending) == ("text/plain", "txt")
    assert "\u202e" not in text.data.decode()
    assert clean_file("größe;1\nmaß;2".encode("cp1252")).data.decode("utf-8-sig") == "größe;1\nmaß;2"


OUTSIDE = (
    b'<Relationships><Relationship Id="r" Type="http://x/oleObject" TargetMode="External" Target="http://evil"/>'
    b"</Relationships>"
)


def bomb() -> bytes:
    return office(word__big_dot_xml=b"<a>" + b" " * 60_000_000 + b"</a>")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (pdf(password="x"), "password"),
        (b"%PDF-1.7\nnothing", "damaged"),
        (b"%PDF-1.7\n<script>alert(1)</script>", "damaged"),
        (pdf()[:300], "damaged"),
        (office(word__vbaProject_dot_bin=b"x"), "macros"),
        (office(word__activeX__activeX1_dot_xml=b"<a/>"), "macros"),
        (office(word__embeddings__oleObject1_dot_bin=b"x"), "macros"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
        (bomb(), "unpack"),
        (zipped({"a.txt": b"x"}), "packed folder"),
        (zipped({"index.html": b"<script>"}), "packed folder"),
        (office(word__x_dot_xml=b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'), "put together"),
        (office(**{"..__..__etc__passwd": b"x"}), "put together"),
        (office(word___rels__document_dot_xml_dot_rels=OUTSIDE), "elsewhere"),
        (office(word__document_dot_xml=b"<broken"), "damaged"),
        (office()[:-80], "damaged"),
        (zipped(ODT | {"META-INF/manifest.xml": b"<m><encryption-data/></m>"}), "password"),
        (zipped(ODT | {"Basic/script.xml": b"<m/>"}), "macros"),
        (zipped(ODT | {"content.xml": b"<a xmlns:script='s'><script:event-listener/></a>"}), "macros"),
    ],
)  # fmt: skip
def test_what_is_not_taken(given: bytes, words: str) -> None:
    with pytest.raises(NotTaken, match=words):
        clean_file(given)


IMAGE = 'Type="http://x/image"'


@pytest.mark.parametrize(
    "relation",
    [
        f'<r:Relationship {IMAGE} Target="http://evil" TargetMode="External"/>',
        f'<Relationship {IMAGE} Target="http://evil?a>b" TargetMode="External"/>',
        f'<Relationship {IMAGE} Target="http://evil" TargetMode="&#69;xternal"/>',
        f"<Relationship {IMAGE} Target='http://evil'\nTargetMode = 'External'/>",
    ],
)
def test_what_loads_from_elsewhere_is_found_however_it_is_written(relation: str) -> None:
    given = f'<Relationships xmlns="p" xmlns:r="p">{relation}</Relationships>'.encode()
    with pytest.raises(NotTaken, match="elsewhere"):
        clean_file(office(word___rels__document_dot_xml_dot_rels=given))


@pytest.mark.parametrize(
    "content",
    [
        b'<draw:image xlink:href="https://evil/x.png"/>',
        b'<draw:object xlink:href="../other.ods"/>',
        b"<text:section-source xlink:href = 'file:///etc/passwd'/>",
    ],
)
def test_opendocument_loads_nothing_either(content: bytes) -> None:
    inside = b"<o:c xmlns:o='o' xmlns:draw='d' xmlns:text='t' xmlns:xlink='x'>%s</o:c>"
    with pytest.raises(NotTaken, match="elsewhere"):
        clean_file(zipped(ODT | {"content.xml": inside % content}))
    kept = b'<text:a xlink:href="https://example.org">x</text:a><draw:image xlink:href="Pictures/1.png"/>'
    assert clean_file(zipped(ODT | {"content.xml": inside % kept})).kind == "office"


@pytest.mark.parametrize(
    "field",
    [
        "<w:instrText>ddeauto c:\\windows</w:instrText>",
        "<w:instrText> DDE</w:instrText><w:instrText>AUTO c:\\windows</w:instrText>",
        "<w:instrText>&#68;DE calc</w:instrText>",
        '<w:fldSimple w:instr="Dde calc"/>',
        "<x:ddeLink ddeService = 'cmd'/>",
    ],
)
def test_a_field_that_starts_a_program_is_found_however_it_is_written(field: str) -> None:
    given = f"<w:document xmlns:w='w' xmlns:x='x'>{field}</w:document>".encode()
    with pytest.raises(NotTaken, match="runs or loads"):
        clean_file(office(word__document_dot_xml=given))
    harmless = given.replace(field.encode(), b"<w:instrText>PAGE</w:instrText>")
    assert clean_file(office(word__document_dot_xml=harmless)).kind == "office"


def test_a_declaration_is_found_in_two_bytes_a_letter() -> None:
    hidden = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16-le")
    with pytest.raises(NotTaken, match="put together"):
        clean_file(office(word__x_dot_xml=hidden))


@pytest.mark.parametrize(
    ("part", "tag"),
    [
        ("word__document_dot_xml", b"<fileSharing "),
        ("word__document_dot_xml", b"<x15ac:absPath "),
        ("word__document_dot_xml", b'<Relationship metadata/thumbnail" '),
        ("word__document_dot_xml", b"<manifest:file-entry Thumbnails/"),
        ("word__document_dot_xml", b"<presentation:event-listener "),
        ("word___rels__document_dot_xml_dot_rels", b"<Relationship "),
        ("xl__comments1_dot_xml", b"<author>"),
    ],
)
def test_tags_that_never_end_take_no_time(part: str, tag: bytes) -> None:
    given = office(**{part: b"<a><!-- " + tag * 20_000 + b" --></a>"})
    began = time.process_time()
    assert clean_file(given).kind == "office"
    assert time.process_time() - began < 5


def test_a_template_of_its_maker_is_forgotten_and_links_stay() -> None:
    relations = (
        b'<Relationships><Relationship Id="a" Type="http://x/attachedTemplate" TargetMode="External" Target="file:///C:/Jan"/>'
        b'<Relationship Id="b" Type="http://x/hyperlink" TargetMode="External" Target="https://example.org"/></Relationships>'
    )
    settings = b'<w:settings xmlns:w="w" xmlns:r="r"><w:attachedTemplate r:id="a"/></w:settings>'
    clean = clean_file(office(word__settings_dot_xml=settings, word___rels__settings_dot_xml_dot_rels=relations))
    with zipfile.ZipFile(BytesIO(clean.data)) as archive:
        kept = archive.read("word/_rels/settings.xml.rels")
        assert b"attachedTemplate" not in archive.read("word/settings.xml") + kept
        assert b"https://example.org" in kept
        assert b"Jan" not in kept


def test_a_document_inside_a_document_is_cleaned_too() -> None:
    clean = clean_file(office("pptx", ppt__embeddings__Sheet1_dot_xlsx=office("xlsx")))
    with zipfile.ZipFile(BytesIO(clean.data)) as archive:
        inner = archive.read("ppt/embeddings/Sheet1.xlsx")
    with zipfile.ZipFile(BytesIO(inner)) as archive:
        assert b"Jan" not in b"".join(archive.read(name) for name in archive.namelist())
    deep = office("pptx")
    for _ in range(3):
        deep = office("pptx", ppt__embeddings__S_dot_pptx=deep)
    with pytest.raises(NotTaken, match="inside of"):
        clean_file(deep)
