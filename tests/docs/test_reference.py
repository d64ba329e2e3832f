"""The generated pages are current, the written pages name what exists, and nothing unwanted was committed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from amends.cli import app
from docs.build_tables import elements_page, sectors_page, tables_page

ROOT = Path(__file__).parents[2]
VERBS = ("trace", "scan", "people", "duties", "protect", "notices")


def test_the_table_reference_is_current() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == tables_page(), "run `make docs`"
    assert (ROOT / "docs" / "elements.md").read_text(encoding="utf-8") == elements_page(), "run `make docs`"
    assert (ROOT / "docs" / "sectors.md").read_text(encoding="utf-8") == sectors_page(), "run `make docs`"


@pytest.mark.parametrize("page", [*VERBS, "carrier", "case", "dependencies", "operations", "threat-model", "results"])
def test_every_page_is_there_and_linked(page: str) -> None:
    assert (ROOT / "docs" / f"{page}.md").is_file()
    assert f"{page}.md" in (ROOT / "docs" / "index.md").read_text(encoding="utf-8")


def test_every_relative_link_of_the_documentation_leads_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / link).exists(), f"{page.name} links to {link}"


def test_the_readme_names_only_commands_that_exist() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    named = set(re.findall(r"^\s*amends ([a-z]+)", text, re.MULTILINE))
    assert named
    assert named <= known


def test_every_dependency_is_listed_with_reason_and_licence() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    block = project.split("[project.scripts]")[0].split("dependencies = [", 1)[1]
    names = re.findall(r'"([A-Za-z][A-Za-z0-9_-]*)(?:\[[a-z]+\])?[<>=]', block)
    assert len(names) > 15
    for name in names:
        assert f"| {name} |" in page, f"{name} is not in docs/dependencies.md"


def test_no_registry_host_and_no_path_of_one_machine_is_committed() -> None:
    hosts = "|".join(
        ["python" + "hosted", r"registry\." + "npmjs", "/" + "work/", "/home/" + "[a-z]+/", "/" + "Users/"]
    )
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    for name in listed:
        path = ROOT / name
        if path.is_file():
            found = re.search(hosts, path.read_text(encoding="utf-8", errors="replace"))
            assert not found, f"{name} holds {found and found[0]}"
