"""The table of rooms in docs/architecture.md is held true, and what holds it can fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).with_name("lint-imports")


def rooms() -> set[str]:
    """The folders of runner/ and its loose modules, and the bridge."""
    folder = CHECKOUT / "runner"
    found = {entry.stem for entry in folder.iterdir() if entry.suffix == ".py" or (entry / "__init__.py").is_file()}
    return {f"runner.{name}" for name in found - {"__init__"}} | {"lsp_bridge"}


def layers() -> list[str]:
    config = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))
    contract = next(each for each in config["tool"]["importlinter"]["contracts"] if each["type"] == "layers")
    return [name for layer in contract["layers"] for name in re.split(r"\s*\|\s*", layer)]


def test_every_room_has_its_place_in_the_layers() -> None:
    assert sorted(layers()) == sorted(rooms())


def test_the_map_describes_every_room() -> None:
    page = (CHECKOUT / "docs/architecture.md").read_text("utf-8")
    missing = [name for name in rooms() if f"`{name.replace('.', '/')}" not in page]
    assert missing == []


def test_no_module_imports_itself_on_a_way_round() -> None:
    graph = grimp.build_graph("runner", "lsp_bridge", cache_dir=None)
    order = TopologicalSorter({name: graph.find_modules_directly_imported_by(name) for name in graph.modules})
    assert len(list(order.static_order())) >= len(graph.modules)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("runner", "lsp_bridge"):
        shutil.copytree(CHECKOUT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(CHECKOUT / "pyproject.toml", folder)
    return folder


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [LINT, "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_rooms_as_they_are_keep_the_contracts(copy: Path) -> None:
    done = lint(copy)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("runner/model/ids.py", "runner.text.positions"),
        ("runner/text/paths.py", "runner.syntax.trees"),
        ("runner/gate/rules.py", "runner.snapshots.memory"),
        ("runner/checker/state.py", "runner.edits.lowering"),
        ("runner/repository/landed.py", "runner.ledger.memory"),
        ("runner/orchestrator/passes.py", "runner.gate.rules"),
        ("runner/app/clock.py", "runner.cli.consoles"),
        ("runner/cli/consoles.py", "runner.edits.lowering"),
        ("runner/client/rpc.py", "runner.model.ids"),
        ("lsp_bridge/uris.py", "runner.gate.rules"),
    ],
)
def test_a_forbidden_import_is_found(copy: Path, module: str, imported: str) -> None:
    path = copy / module
    before = path.read_text("utf-8")
    try:
        path.write_text(f"{before}\nimport {imported}\n", "utf-8")
        done = lint(copy)
    finally:
        path.write_text(before, "utf-8")
    assert done.returncode == 1, done.stdout
    assert imported.rpartition(".")[0] in done.stdout
