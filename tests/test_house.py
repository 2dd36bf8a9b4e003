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
        assert length <= 40, f"{name_of(path)}: {node.name} has {length} lines"


def test_page_functions_are_thin() -> None:
    for path in MODULES:
        for node in functions(ast.parse(path.read_text())) if "pages" in path.parts else ():
            first = node.args.args[0].annotation if node.args.args else None
            if not node.name.startswith("_") and first is not None and ast.unparse(first) == "Request":
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                assert length <= 25, f"{name_of(path)}: {node.name} has {length} lines; a page is a door to an action"


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
    allowed = {"base/text", "base/web/filters.py", "base/web/inline.py", "search_index"}
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


# Who looks is asked what they are by the rules alone. Besides: how often somebody may write, how long an
# administrator's password is, and whose mailbox proves an organisation.
RULES_ASKED_ELSEWHERE = {
    "forum/actions/pace.py", "members/actions/activate.py",
    "members/actions/reset_password.py", "members/queries/facts.py", "members/viewer.py", "members/queries/viewer.py",
}  # fmt: skip
STANDING = {"is_admin", "is_moderator", "is_editor", "is_staff", "trust", "region_ids", "org_admin_of"}


def test_rules_alone_decide() -> None:
    for path in MODULES:
        if (
            {"rules.py", "rules"} & {*path.parts}
            or name_of(path) in RULES_ASKED_ELSEWHERE
            or {"demo", "engines"} & {*path.parts}
        ):
            continue  # engines know audiences, not people
        tree = ast.parse(path.read_text())
        asked = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in STANDING}
        assert not asked, f"{name_of(path)} decides by {asked}: let rules.py say it"
        # Search has no rules: it asks those of the floors that hand it sources.
        names = [node.name for node in functions(tree) if "search_index" not in path.parts]
        rules = [name for name in names if re.match(r"check_may_|visible_|listed_", name)]
        assert not rules, f"{name_of(path)}: {rules} belong in rules.py"


# These write what is no act of anybody (mail gathered, who was seen, what was read, what is linked, a draft that only
# its writer sees), or record through what they call.
RECORDED_ELSEWHERE = {
    "members/actions/gather_mail.py", "members/actions/write_seen.py", "forum/actions/save_draft.py",
    "members/actions/end_session.py", "members/actions/leave_organisation.py", "kb/actions/correct.py",
    "kb/actions/follow_pages.py", "kb/actions/save_form.py",
}  # fmt: skip


def test_every_act_is_recorded() -> None:
    for path in MODULES:
        if "actions" in path.parts and "transaction()" in (text := path.read_text()):
            # What is done to whole threads is written down beside the journal, by what writes into that, too.
            recorded = re.search(r"\b(record|note_change|note_undone)\(", text) is not None
            assert recorded is (name_of(path) not in RECORDED_ELSEWHERE), name_of(path)


def test_nothing_slow_happens_in_a_transaction() -> None:
    slow = {"to_html", "to_plain", "rendered_opening", "written", "hash_password", "is_password", "render"}
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.AsyncWith) and "transaction()" in [
                ast.unparse(one.context_expr) for one in node.items
            ]:
                called = {ast.unparse(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
                assert not called & slow, f"{name_of(path)}:{node.lineno} does {called & slow} while others wait"


def test_only_the_journal_starts_work_in_the_background() -> None:
    pattern = re.compile(r"create_task\(|ensure_future\(|TaskGroup\(")
    starts = [name_of(path) for path in MODULES if pattern.search(path.read_text())]
    # The driver of PostgreSQL is asked in a task that cannot be cancelled half way; nobody works on behind it.
    # Nor behind the connection that waits for other processes to ring.
    assert [name for name in starts if not name.startswith("search_index/")] == [
        "base/db/background.py", "base/db/bell.py", "base/journal/worker.py"
    ]  # fmt: skip
