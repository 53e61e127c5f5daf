"""``patchctl`` in a repository with the real tsc and the real language server."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.branch_gate.repositories import FILES
from tests.containers import real_engine
from tests.patchctl.conftest import Patchctl

pytestmark = pytest.mark.docker
A = "src/a.ts"


@pytest.fixture(autouse=True)
def with_an_engine(patchctl: Patchctl, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from runner.sandbox.docker_engine import DockerEngine
    from runner.sandbox.engines import connect
    from runner.sandbox.images import ensure_images

    monkeypatch.setenv("PATCHGATE_ENGINE", "auto")
    monkeypatch.delenv("DOCKER_HOST")
    engine = connect("auto")
    assert isinstance(engine, DockerEngine)
    ensure_images(engine.api, lambda _line: None)
    engine.close()
    (folder / "tsconfig.json").write_text(FILES["tsconfig.json"])


def test_tsc_judges_the_working_tree_as_it_is(patchctl: Patchctl, folder: Path) -> None:
    (folder / "src/c.ts").write_text('import { f } from "./a";\nexport const uncommitted: number = f(1);\n')
    edit = ("search-replace", "-")
    bad = '[{"file": "src/a.ts", "search": "number): number {\\n  return a + 1", "replace": "number): string {\\n  return \'\'"}]'
    refused = patchctl(*edit, text=bad)
    assert (refused.code, refused.json["typecheck"]) == (1, "checked")
    assert "src/c.ts" in str(refused.json["violations"])
    good = patchctl(*edit, text='[{"file": "src/a.ts", "search": "a + 1", "replace": "a + 2"}]')
    assert (good.code, good.json["typecheck"]) == (0, "checked")


def test_rename_symbol_reaches_files_that_are_not_committed(patchctl: Patchctl, folder: Path) -> None:
    (folder / "src/c.ts").write_text('import { g } from "./a";\nexport const k = g;\n')
    answer = patchctl("rename-symbol", "--symbol", f"{A}#g", "--to", "sum")
    assert answer.code == 0, answer.out
    assert (folder / "src/c.ts").read_text() == 'import { sum } from "./a";\nexport const k = sum;\n'
    assert "export const sum = f(2);" in (folder / A).read_text()


def test_questions_are_answered(patchctl: Patchctl) -> None:
    assert "return a + 1" in patchctl("context", "--symbol", f"{A}#f").out
    assert "function f(a: number): number" in patchctl("hover", "--symbol", f"{A}#f").out
    assert "src/b.ts:3" in patchctl("references", "--symbol", f"{A}#f").out
    assert "src/a.ts:1:17" in patchctl("definition", "--file", A, "--line", "5", "--column", "18").out
    assert patchctl("diagnostics", A).out == "no diagnostics\n"


def test_being_told_to_stop_leaves_no_container_and_no_change(patchctl: Patchctl, folder: Path, tmp_path: Path) -> None:
    before = (folder / A).read_bytes()
    program = [sys.executable, "-c", "from runner.cli.patchctl import main; main()"]
    with real_engine() as engine:
        stream = engine.api.events(filters={"label": ["patchgate.pass=patchctl"], "event": "start"}, decode=True)
        process = subprocess.Popen([*program, "append", "--file", A, "--block", "// x"], stderr=subprocess.PIPE)
        owner = f"/{process.pid}/"
        try:
            next(event for event in stream if owner in event["Actor"]["Attributes"]["patchgate.owner"])
            process.send_signal(signal.SIGTERM)
            _, said = process.communicate(timeout=60)
        finally:
            process.kill()
            stream.close()
        left = [row for row in engine.ps() if owner in row.get("patchgate.owner", "")]
    assert (process.returncode, left) == (130, []), said
    assert b"interrupted" in said and (folder / A).read_bytes() == before
    assert not [path for path in (tmp_path / "work").iterdir() if path.is_dir()]
