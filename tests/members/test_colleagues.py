"""A list of colleagues, as people have it."""

import pytest

from base.errors import Invalid
from members.colleagues import MOST_LINES, read_colleagues, text_of_file

MARA = ("mara@x.example", "Mara Visser", "Nurse")


@pytest.mark.parametrize(
    "text",
    [
        "Mara Visser,mara@x.example,Nurse",
        "Mara Visser;MARA@X.example;Nurse",
        "mara@x.example\tMara Visser\tNurse",
        "mara@x.example, Mara Visser , Nurse",
        '"Mara Visser","mara@x.example","Nurse"',
        "Mara Visser <mara@x.example>; Nurse",
        "\ufeffName,E-mail,Role\r\nMara Visser,mara@x.example,Nurse\r\n",
        "Functie;Naam;E-mailadres\nNurse;Mara Visser;mara@x.example",
        "title\temail\tname\rNurse\tmara@x.example\tMara Visser\r",
        "\n\n,,\nMara Visser,mara@x.example,Nurse\n;;\n",
        "No,Role,E-mail address,Name\n1,Nurse,mara@x.example,Mara Visser",
        "Ma\0ra Visser,mara@x.example,Nur\0se",
    ],
)
def test_columns_in_any_order_and_any_separator(text: str) -> None:
    (line,) = read_colleagues(text)
    assert (line.email, line.name, line.title, line.wrong) == (*MARA, "")


def test_commas_in_names_and_semicolons_in_roles_do_not_confuse() -> None:
    assert read_colleagues("Visser, Mara;mara@x.example;Nurse")[0].name == "Visser, Mara"
    assert read_colleagues("mara@x.example\tMara\tNurse; deputy, ward 3")[0].title == "Nurse; deputy, ward 3"


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("mara", "whole e-mail address"),
        ("mara@", "whole e-mail address"),
        ("a@b@c.example", "whole e-mail address"),
        ("=HYPERLINK(1),mara@x.example", "like a formula"),
        ("Mara,mara@x.example,=1+1", "like a formula"),
        ("mara@x.example;-SUM(A1:A9)", "like a formula"),
        ("Win http://evil.example,mara@x.example", "as people write it"),
        ("12345,mara@x.example", "as people write it"),
        (f"{'x' * 81},mara@x.example", "as people write it"),
        (f"Mara,mara@x.example,{'x' * 121}", "too long"),
        ("x" * 10_000, "whole e-mail address"),
        (f"mara@x.example,{'x' * 10_000}", "too long"),
    ],
)
def test_a_line_that_cannot_be_used_says_why(line: str, words: str) -> None:
    good, bad = read_colleagues(f"omar@x.example\n{line}") if "," not in line and ";" not in line else (
        None, *read_colleagues(line)
    )  # fmt: skip
    assert good is None or good.wrong == ""
    assert words in bad.wrong
    assert max(len(bad.email), len(bad.name), len(bad.title)) <= 254


def test_lines_keep_their_numbers() -> None:
    text = "Name;E-mail\r\n\r\nMara;mara@x.example\r\nnonsense\r\n\r\nOmar;omar@x.example"
    assert [(one.number, one.name) for one in read_colleagues(text)] == [(3, "Mara"), (4, "nonsense"), (6, "Omar")]


@pytest.mark.parametrize("text", ["", "  \n ,,; \n", "Name,E-mail\n"])
def test_an_empty_list_is_told(text: str) -> None:
    with pytest.raises(Invalid):
        read_colleagues(text)


def test_not_too_many_at_once() -> None:
    many = "\n".join(f"m{number}@x.example" for number in range(MOST_LINES))
    assert len(read_colleagues(many)) == MOST_LINES
    with pytest.raises(Invalid, match="1001"):
        read_colleagues(f"{many}\nand@x.example")


@pytest.mark.parametrize("letters", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_in_the_letters_of_spreadsheets(letters: str) -> None:
    text = text_of_file("Zoë Müller;zoe@x.example".encode(letters))
    assert read_colleagues(text)[0].name == "Zoë Müller"


def test_an_open_quote_takes_no_other_line_with_it() -> None:
    assert [one.email for one in read_colleagues('"Mara,mara@x.example\nOmar,omar@x.example')][1:] == ["omar@x.example"]
