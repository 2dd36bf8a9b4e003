"""The documentation is held to the code."""

from pathlib import Path

import click
import pytest

from app.cli import main
from tests.written_docs import DOCS, TABLES, wanted

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", sorted(TABLES))
def test_tables_follow_the_code(name: str) -> None:
    assert (DOCS / name).read_text() == wanted(name), "run scripts/write-docs"


def commands(group: click.Group, before: str = "") -> list[str]:
    found = []
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        found += commands(command, f"{before}{name} ") if isinstance(command, click.Group) else [before + name]
    return found


def test_every_command_is_documented_with_help_and_json() -> None:
    text = (DOCS / "operating.md").read_text()
    for name in commands(main):
        assert f"`{name}" in text, name


def test_the_readme_has_two_commands_and_a_picture() -> None:
    text = (ROOT / "README.md").read_text()
    assert "scripts/serve" in text
    assert "scripts/test" in text
    picture = text.partition("](docs/pictures/")[2].partition(")")[0]
    assert (DOCS / "pictures" / picture).is_file()


def test_pages_of_the_documentation_are_linked() -> None:
    readme = (ROOT / "README.md").read_text()
    for page in DOCS.glob("*.md"):
        assert f"docs/{page.name}" in readme, page.name


def test_every_package_the_house_imports_is_declared() -> None:
    text = (DOCS / "architecture.md").read_text()
    for floor in ("base", "members", "search_index", "forum", "kb", "app"):
        assert f"`{floor}/`" in text
