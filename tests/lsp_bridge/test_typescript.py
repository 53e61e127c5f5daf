"""The TypeScript server's client against the real compiler, and against servers that misbehave."""

from __future__ import annotations

import hashlib
import queue
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lsp_bridge.connection import Connection
from lsp_bridge.transport import FrameReader, frame
from lsp_bridge.typescript import TypeScriptServer
from runner.errors import BridgeError, SandboxError
from tests.lsp_bridge.local import SHOP, LocalStream, compiler, reader, serve, write

BOTH = ("src/shop.ts", "tests/shop.test.ts")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "work")


@pytest.fixture
def server(folder: Path) -> Iterator[TypeScriptServer]:
    opened = serve(folder, *BOTH)
    yield opened
    opened.close()


def at(path: str, line: int, character: int) -> dict[str, Any]:
    return {"textDocument": {"uri": f"file:///repo/{path}"}, "position": {"line": line, "character": character}}


def errors(server: TypeScriptServer, path: str) -> list[int]:
    answer = server.request("textDocument/diagnostic", {"textDocument": {"uri": f"file:///repo/{path}"}})
    return [item["code"] for item in answer["items"] if item["severity"] == 1]


def files(edit: dict[str, Any]) -> list[str]:
    return [change["textDocument"]["uri"] for change in edit["documentChanges"]]


def test_a_rename_reaches_the_uses_in_the_other_project(server: TypeScriptServer) -> None:
    edit = server.rename("src/shop.ts", 20, 3, "sum")
    assert files(edit) == ["file:///repo/src/shop.ts", "file:///repo/tests/shop.test.ts"]


def test_a_rename_carries_the_hash_of_the_bytes_it_speaks_of(server: TypeScriptServer) -> None:
    edit: Any = server.rename("src/shop.ts", 20, 3, "sum")
    assert edit["documentChanges"][0]["hash"] == hashlib.sha256(SHOP.encode()).hexdigest()
    assert edit["documentChanges"][0]["edits"][0]["newText"] == "sum"


def test_a_project_that_is_loaded_later_counts_from_then_on(folder: Path) -> None:
    server = serve(folder, "src/shop.ts")
    server.load_projects(["tests/shop.test.ts", "tests/gone.test.ts"])
    assert len(files(server.rename("src/shop.ts", 20, 3, "sum"))) == 2
    server.close()


def test_what_cannot_be_renamed_is_refused(server: TypeScriptServer) -> None:
    with pytest.raises(BridgeError, match="rename"):
        server.rename("src/shop.ts", 1, 0, "x")


def test_diagnostics_follow_a_change_of_an_open_file(server: TypeScriptServer, folder: Path) -> None:
    assert errors(server, "src/shop.ts") == [2322]
    (folder / "src/shop.ts").write_text(SHOP.replace("const wrong: string = 3;\n", ""))
    server.files_changed(["src/shop.ts"], [], [])
    assert errors(server, "src/shop.ts") == []


def test_diagnostics_follow_a_change_of_a_file_that_is_not_open(server: TypeScriptServer, folder: Path) -> None:
    (folder / "src/tax.ts").write_text("export function tax(net: string): number {\n  return net.length;\n}\n")
    server.files_changed(["src/tax.ts"], [], [])
    assert sorted(errors(server, "src/shop.ts")) == [2322, 2554]


def test_created_and_deleted_files_are_seen(server: TypeScriptServer, folder: Path) -> None:
    (folder / "src/more.ts").write_text("import { half } from './shop';\nexport const quarter = half(half(1));\n")
    server.files_changed([], ["src/more.ts"], [])
    params = {**at("src/shop.ts", 26, 14), "context": {"includeDeclaration": False}}
    assert "file:///repo/src/more.ts" in {place["uri"] for place in server.request("textDocument/references", params)}
    (folder / "src/tax.ts").unlink()
    server.files_changed([], [], ["src/tax.ts"])
    assert 2307 in errors(server, "src/shop.ts")


def test_the_last_open_file_of_a_project_can_go_and_another_take_its_place(
    server: TypeScriptServer, folder: Path
) -> None:
    (folder / "tests/shop.test.ts").rename(folder / "tests/other.test.ts")
    server.files_changed([], ["tests/other.test.ts"], ["tests/shop.test.ts"])
    server.load_projects(["tests/other.test.ts"])
    assert files(server.rename("src/shop.ts", 20, 3, "sum"))[-1] == "file:///repo/tests/other.test.ts"


def test_positions_behind_an_emoji_and_a_byte_order_mark_are_utf16(server: TypeScriptServer, folder: Path) -> None:
    (folder / "src/odd.ts").write_bytes("\ufeffexport const a = '🎉', deep = 1;\r\nexport const b = deep;\r\n".encode())
    server.files_changed([], ["src/odd.ts"], [])
    edit: Any = server.rename("src/odd.ts", 1, 17, "d")
    starts = [each["range"]["start"] for each in edit["documentChanges"][0]["edits"]]
    assert starts == [{"line": 0, "character": 23}, {"line": 1, "character": 17}]


def test_imports_are_organised_through_a_code_action(server: TypeScriptServer, folder: Path) -> None:
    (folder / "src/messy.ts").write_text(
        "import { tax } from './tax';\nimport { Shop, half } from './shop';\nhalf(1);\n"
    )
    server.files_changed([], ["src/messy.ts"], [])
    place = {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}
    params = {
        "textDocument": {"uri": "file:///repo/src/messy.ts"},
        "range": place,
        "context": {"diagnostics": [], "only": ["source.organizeImports"]},
    }
    [action] = server.request("textDocument/codeAction", params)
    new = "".join(edit["newText"] for edit in action["edit"]["changes"]["file:///repo/src/messy.ts"])
    assert new == "import { half } from './shop';\n"


def test_many_threads_may_ask_at_once(server: TypeScriptServer) -> None:
    answers: list[str] = []

    def ask() -> None:
        answers.append(server.request("textDocument/hover", at("src/shop.ts", 20, 3))["contents"]["value"])

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 16
    assert len(set(answers)) == 1


def test_a_server_that_is_killed_says_so_at_once(folder: Path) -> None:
    stream = LocalStream([str(compiler()), "--lsp", "--stdio"], folder)
    server = TypeScriptServer(stream, BOTH, reader(folder), root=str(folder))
    assert server.alive
    stream.close()
    with pytest.raises(BridgeError, match="language server"):
        server.request("textDocument/hover", at("src/shop.ts", 20, 3))
    assert not server.alive
    server.close()


def test_a_server_that_dies_at_the_start_is_quoted(folder: Path) -> None:
    stream = LocalStream(["sh", "-c", "read line; echo out of luck >&2; exit 3"], folder)
    with pytest.raises(BridgeError, match="out of luck"):
        TypeScriptServer(stream, (), reader(folder))


class Scripted:
    """A server in this process: what it is sent comes out of ``heard``; what is put into ``says`` is what it sends."""

    container_id = "scripted"

    def __init__(self) -> None:
        self.says: queue.Queue[bytes] = queue.Queue()
        self._heard: queue.Queue[bytes] = queue.Queue()
        self._frames = FrameReader(self._heard.get)
        self._open = True

    def send(self, data: bytes) -> None:
        if not self._open:
            raise SandboxError("the container is gone")
        self._heard.put(data)

    def receive(self) -> bytes:
        return self.says.get()

    def tail(self) -> str:
        return "last words"

    def close(self) -> None:
        self._open = False
        self.says.put(b"")

    def heard(self) -> dict[str, Any]:
        message = self._frames.read()
        assert message is not None
        return message


def test_the_servers_own_questions_are_answered() -> None:
    stream = Scripted()
    connection = Connection(stream, 5)
    for number, (method, params) in enumerate(
        [
            ("workspace/configuration", {"items": [{"section": "editor"}, {"section": "typescript"}]}),
            ("client/registerCapability", {"registrations": []}),
            ("workspace/applyEdit", {"edit": {}}),
            ("some/thing", {}),
        ]
    ):
        stream.says.put(frame({"jsonrpc": "2.0", "id": f"ts{number}", "method": method, "params": params}))
    editor, typescript = stream.heard()["result"]
    assert editor is None
    assert typescript["disableAutomaticTypeAcquisition"] is True
    assert stream.heard() == {"jsonrpc": "2.0", "id": "ts1", "result": None}
    assert stream.heard()["result"]["applied"] is False
    assert stream.heard()["error"]["code"] == -32601
    connection.close()


def test_an_answer_that_does_not_come_is_cancelled_and_reported() -> None:
    stream = Scripted()
    connection = Connection(stream, 0.05)
    with pytest.raises(BridgeError, match="did not answer slow/one within"):
        connection.request("slow/one", {})
    asked, cancelled = stream.heard(), stream.heard()
    assert cancelled == {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": asked["id"]}}
    connection.close()


@pytest.mark.parametrize(
    "last", [b"", b"Content-Length: 9\r\n\r\n{}", b"nonsense\r\n\r\n"], ids=["ended", "truncated", "nonsense"]
)
def test_everybody_who_waits_hears_of_the_death(last: bytes) -> None:
    stream = Scripted()
    connection = Connection(stream, 30)
    said: queue.Queue[str] = queue.Queue()

    def ask() -> None:
        try:
            connection.request("never/answered", {})
        except BridgeError as problem:
            said.put(problem.message)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in threads:
        stream.heard()
    stream.says.put(last)
    stream.says.put(b"")
    assert all("last words" in said.get(timeout=5) for _ in threads)
    with pytest.raises(BridgeError, match="last words"):
        connection.request("after/death", {})
    connection.close()


def test_an_error_of_the_servers_is_an_error_of_ours() -> None:
    stream = Scripted()
    connection = Connection(stream, 5)
    stream.says.put(frame({"jsonrpc": "2.0", "id": 1, "error": {"code": -32603, "message": "cannot"}}))
    with pytest.raises(BridgeError, match="refused: cannot"):
        connection.request("one", {})
    connection.close()
