"""The language server where it runs in production: in a container of its own, on a read-only mount."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lsp_bridge.endpoint import Endpoint
from lsp_bridge.typescript import TypeScriptServer
from runner.errors import BridgeError
from runner.model.container import ContainerSpec, Mount
from runner.model.order import Limits
from runner.ports import Engine
from runner.sandbox.engines import connect
from runner.sandbox.labels import labels_for
from tests.lsp_bridge.fakes import TASK, FakePassApi
from tests.lsp_bridge.local import SHOP, reader, write

pytestmark = pytest.mark.docker

LABELS = labels_for(order_id="ord-bridge", pass_id="p1", trace_id="abcd1234")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return connect("auto")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    root = write(tmp_path / "work")
    for entry in [root, *root.rglob("*")]:
        entry.chmod(0o755 if entry.is_dir() else 0o644)
    return root


@pytest.fixture
def server(engine: Engine, folder: Path) -> Iterator[TypeScriptServer]:
    spec = ContainerSpec(
        image="patchgate/tsc",
        command=("/opt/typescript/tsc", "--lsp", "--stdio"),
        mounts=(Mount(str(folder), "/repo"),),
        limits=Limits(memory_mb=1024),
        labels=LABELS,
    )
    opened = TypeScriptServer(engine.open(spec), ("src/shop.ts", "tests/shop.test.ts"), reader(folder))
    yield opened
    opened.close()


def test_the_server_in_its_container_renames_over_both_projects(server: TypeScriptServer) -> None:
    edit = server.rename("src/shop.ts", 20, 3, "sum")
    assert str(edit).count("file:///repo/") == 2


def test_it_sees_what_the_runner_writes(server: TypeScriptServer, folder: Path) -> None:
    (folder / "src/tax.ts").write_text("export const tax = 1;\n")
    (folder / "src/shop.ts").write_text(SHOP.replace("= 3", "= 'three'"))
    server.files_changed(["src/tax.ts", "src/shop.ts"], [], [])
    answer = server.request("textDocument/diagnostic", {"textDocument": {"uri": "file:///repo/src/shop.ts"}})
    assert [item["code"] for item in answer["items"] if item["severity"] == 1] == [2349]


def test_a_container_that_is_gone_is_an_error_and_not_an_empty_answer(server: TypeScriptServer) -> None:
    server.close()
    with pytest.raises(BridgeError):
        server.request("workspace/symbol", {"query": "Shop"})


def test_a_specialist_in_a_container_reads_and_submits_through_the_socket(
    engine: Engine, server: TypeScriptServer, folder: Path, tmp_path: Path
) -> None:
    checkout = Path(__file__).resolve().parents[2]
    run, api = tmp_path / "run", FakePassApi()
    script = (
        "patchctl context --symbol 'src/shop.ts#Shop.total' && "
        'echo \'[{"file": "src/shop.ts", "search": "a", "replace": "b"}]\' | patchctl search-replace && patchctl done'
    )
    with Endpoint(run / "gate.sock", server, api):
        (run / "task.json").write_text(json.dumps(TASK))
        (run / "task.json").chmod(0o644)
        spec = ContainerSpec(
            image="patchgate/specialist",
            command=("sh", "-c", script),
            mounts=(
                Mount(str(folder), "/repo"),
                Mount(str(run), "/run/patchgate"),
                Mount(str(checkout / "runner"), "/opt/patchgate/runner"),
            ),
            labels=LABELS,
        )
        outcome = engine.run(spec)
    assert outcome.exit_code == 0, outcome.stderr.decode()
    assert b"(method) Shop.total(rate: number): number" in outcome.stdout
    assert api.submissions[0]["edit"]["format"] == "search-replace"
    assert api.finished == [("done", "")]
