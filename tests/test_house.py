"""The house checks itself: floors, lengths, docstrings, templates, words."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("base", "members", "search_index", "forum", "kb", "app")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
POOR_NAMES = {"utils", "util", "helpers", "helper", "manager", "managers", "services", "service", "misc", "common"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_imports_go_one_way() -> None:
    command = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([command], check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_modules_and_functions_are_short(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 300, f"{name_of(path)} is too long"
    for node in functions(ast.parse(text)):
        length = (node.end_lineno or node.lineno) - node.lineno + 1
        assert length <= 45, f"{name_of(path)}: {node.name} has {length} lines"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_names_are_documented(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert ast.get_docstring(tree), f"{name_of(path)} does not say what it is"
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), f"{name_of(path)}: {node.name} does not say what it does"


def test_names_are_plain_words() -> None:
    assert not [name_of(path) for path in MODULES if path.stem in POOR_NAMES or path.parent.name in POOR_NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_are_short_and_safe(path: Path) -> None:
    text = path.read_text()
    assert text.count("\n") <= 120, f"{name_of(path)} is too long"
    assert "|safe" not in text.replace(" ", ""), f"{name_of(path)} turns escaping off"
    assert not re.search(r"\sstyle\s*=", text), f"{name_of(path)} has an inline style"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), f"{name_of(path)} has an inline handler"


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_templates_are_told_what_the_rules_allow(path: Path) -> None:
    found = re.findall(
        r"viewer\.(?:trust|is_staff|is_moderator|region_ids|org_admin_of|audiences|grants|has)\b", path.read_text()
    )
    assert not found, f"{name_of(path)} decides by {found}; rules.py decides, and page data says what it decided"


def test_every_template_is_used() -> None:
    sources = "".join(path.read_text() for path in (*MODULES, *TEMPLATES))
    names = [str(path.relative_to(ROOT / "templates")) for path in (ROOT / "templates").rglob("*.*")]
    unused = [name for name in names if name not in sources]
    assert not [name for name in unused if not name.startswith(("mail/", "words/"))]


def test_only_to_html_makes_markup() -> None:
    allowed = {"base/text", "base/web/filters.py", "search_index"}
    makers = [name_of(path) for path in MODULES if re.search(r"\bMarkup\(", path.read_text())]
    assert not [name for name in makers if not any(name.startswith(start) for start in allowed)]


def test_the_clock_is_asked_in_one_place() -> None:
    pattern = re.compile(r"datetime\.(now|utcnow|today)\(|date\.today\(")
    assert [name_of(path) for path in MODULES if pattern.search(path.read_text())] == ["base/clock.py"]


def test_models_modules_end_with_their_list() -> None:
    for package in ("members", "forum", "kb"):
        text = (ROOT / package / "models" / "__init__.py").read_text()
        assert text.rstrip().endswith("]"), package
        assert "__models__ = [" in text


def test_every_table_is_named_by_hand() -> None:
    for path in MODULES:
        if "models" not in path.parts and path.stem != "models":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and "Model" in [ast.unparse(base) for base in node.bases]:
                meta = [inner for inner in node.body if isinstance(inner, ast.ClassDef) and inner.name == "Meta"]
                assert meta, f"{name_of(path)}: {node.name} has no Meta with its table"
                assert "table =" in ast.unparse(meta[0])
