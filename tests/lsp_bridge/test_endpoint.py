"""The endpoint, asked by the client that specialists use."""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lsp_bridge.endpoint import Endpoint
from lsp_bridge.features import FORWARDED, scope_of
from runner.client.rpc import RpcClient, RpcError
from runner.client.session import Session
from runner.errors import BridgeError
from tests.lsp_bridge.fakes import TASK, FakeLanguages, FakePassApi, ServedPass, served_pass
from tests.lsp_bridge.local import serve, write

PLACE = {"textDocument": {"uri": "file:///repo/src/shop.ts"}, "position": {"line": 20, "character": 3}}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=15,
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedPass]:
    with served_pass(tmp_path_factory.mktemp("run")) as opened:
        yield opened


@pytest.fixture
def session(served: ServedPass) -> Session:
    return served.session()


def test_any_user_may_reach_the_socket_and_nothing_else(tmp_path: Path) -> None:
    with served_pass(tmp_path / "run") as opened:
        assert stat.S_IMODE(opened.path.stat().st_mode) == 0o666
        assert stat.S_IMODE(opened.path.parent.stat().st_mode) == 0o755
    assert not opened.path.exists()


def test_a_socket_that_a_crash_left_behind_is_replaced(tmp_path: Path) -> None:
    with served_pass(tmp_path):
        os.link(tmp_path / "gate.sock", tmp_path / "kept")
    (tmp_path / "kept").rename(tmp_path / "gate.sock")
    with served_pass(tmp_path) as opened:
        assert opened.session().request("patchgate/task", {}) == TASK


def test_a_path_that_no_socket_can_have_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BridgeError, match="too long"), Endpoint(tmp_path / ("x" * 120), FakeLanguages(), FakePassApi()):
        pytest.fail("it opened")


@pytest.mark.parametrize(
    "payload",
    [
        {"class": {"a-b": [{"ü": 1}]}, "def": None, "_x": 1, "1": 2, "": 3},
        {"jsonrpc": "2.0", "id": 7, "method": "textDocument/hover", "params": {"jsonrpc": "2.0"}},
        {"type_name": "X", "lone": "\ud800", "emoji": "🎉", "nul": "\x00", "line": "\u2028"},
        [[[[[[1.5, -0.0, 1e300, 2**70]]]]]],
    ],
)
def test_plain_json_arrives_as_it_was_sent(session: Session, served: ServedPass, payload: Any) -> None:
    session.submit("workspace-edit", payload, reason="why")
    assert served.api.submissions[-1]["edit"] == {"format": "workspace-edit", "payload": payload}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_json_arrives_as_it_was_sent(session: Session, served: ServedPass, payload: Any) -> None:
    session.submit("f", payload)
    assert served.api.submissions[-1]["edit"]["payload"] == payload


def test_a_submission_says_whose_it_is(session: Session, served: ServedPass) -> None:
    assert session.submit("line-ops", [], reason="tidy", dry_run=True)["status"] == "applied"
    assert served.api.submissions[-1] == {
        "version": 1,
        "specialist": "surgeon",
        "task_id": "T-1",
        "trace_id": "abcd1234",
        "order_id": "ord-1",
        "base": None,
        "dry_run": True,
        "reason": "tidy",
        "removes": [],
        "edit": {"format": "line-ops", "payload": []},
    }


def test_the_task_is_the_desks(session: Session) -> None:
    assert session.request("patchgate/task", {}) == TASK
    assert session.request("patchgate/task", None) == TASK


def test_context_is_about_the_task_unless_told_otherwise(session: Session) -> None:
    assert json.loads(session.context()) == [["src/shop.ts#Shop.total"], ["src/shop.ts"], 4000]
    assert json.loads(session.context(["src/a.ts#b"], 100)) == [["src/a.ts#b"], [], 100]
    assert json.loads(session.context(files=["src/a.ts"], budget=10**9)) == [[], ["src/a.ts"], 50_000]


def test_a_task_of_spans_is_asked_about_as_lines() -> None:
    spans = [{"file": "src/a.ts", "start": 80, "end": 140}]
    assert scope_of({"task": {"allowed_spans": spans}}) == (["src/a.ts:80-140"], [])
    assert scope_of({"task": {}, "files": ["x.ts"]}) == ([], ["x.ts"])


def test_recommendations_and_the_end_reach_the_pass_api(session: Session, served: ServedPass) -> None:
    assert session.recommend("index", "scans", 2, file="a.ts", line=3) == "rec-1"
    assert served.api.recommendations == [{"title": "index", "detail": "scans", "impact": 2, "file": "a.ts", "line": 3}]
    session.block("no schema")
    assert served.api.finished == [("blocked", "no schema")]
    assert session.finished


@pytest.mark.parametrize("method", [method for method in FORWARDED if method.startswith("textDocument/")])
def test_language_questions_are_forwarded_typed_and_whole(session: Session, method: str) -> None:
    params: dict[str, Any] = dict(PLACE)
    if method == "textDocument/references":
        params["context"] = {"includeDeclaration": True}
    if method == "textDocument/codeAction":
        params = {**params, "range": {"start": PLACE["position"], "end": PLACE["position"]}}
        params["context"] = {"diagnostics": [], "only": ["source.organizeImports"]}
    if "ormatting" in method:
        params["options"] = {"tabSize": 2, "insertSpaces": True}
        params["range"] = {"start": PLACE["position"], "end": PLACE["position"]}
    answer = session.request(method, params)
    assert answer["method"] == method
    assert answer["params"]["textDocument"] == PLACE["textDocument"]


def test_a_rename_loads_every_project(session: Session) -> None:
    answer = session.request("textDocument/rename", {**PLACE, "newName": "sum"})
    assert answer["asked"] == ["src/shop.ts", 20, 3, "sum"]


@pytest.mark.parametrize(
    ("method", "params", "code", "said"),
    [
        (
            "textDocument/hover",
            {**PLACE, "textDocument": {"uri": "file:///etc/passwd"}},
            -32602,
            "not in the repository",
        ),
        ("textDocument/hover", {"textDocument": {}}, -32602, "bad parameters"),
        ("textDocument/hover", None, -32602, "bad parameters"),
        ("textDocument/rename", {**PLACE, "newName": "class"}, -32803, "take another name"),
        ("patchgate/context", {"budget": "many"}, -32602, "number of tokens"),
        ("patchgate/context", {"symbols": "one"}, -32602, "list of strings"),
        ("patchgate/context", {"symbols": ["x"] * 101}, -32602, "at most 100"),
        ("patchgate/outline", {}, -32602, "repository-relative"),
        ("patchgate/finish", {"status": "maybe"}, -32602, "done"),
        ("patchgate/recommend", {}, -32602, "title"),
        ("patchgate/submit", [1], -32602, "object"),
        ("patchgate/nothing", {}, -32601, "patchgate/nothing"),
        ("workspace/executeCommand", {"command": "x"}, -32601, "workspace/executeCommand"),
    ],
)
def test_a_bad_question_gets_a_reason_and_the_connection_lives(
    session: Session, method: str, params: Any, code: int, said: str
) -> None:
    with pytest.raises(RpcError, match=said) as caught:
        session.request(method, params)
    assert caught.value.code == code
    assert session.request("patchgate/task", {}) == TASK


def test_a_failure_inside_the_runner_names_no_file_of_the_host(tmp_path: Path) -> None:
    with served_pass(tmp_path) as opened:
        opened.languages.answers["textDocument/hover"] = KeyError(__file__)
        with pytest.raises(RpcError) as caught:
            opened.session().request("textDocument/hover", PLACE)
        assert caught.value.message == "textDocument/hover failed inside the runner"


def test_an_editor_may_initialise_and_open_files_without_harm(session: Session) -> None:
    answer = session.request("initialize", {"processId": None, "rootUri": "file:///repo", "capabilities": {}})
    assert answer["capabilities"]["hoverProvider"] is True
    with pytest.raises(RpcError):
        session.request(
            "textDocument/didOpen", {"textDocument": {"uri": "file:///x", "languageId": "", "version": 1, "text": ""}}
        )
    assert session.request("shutdown", None) is None


def test_a_submission_under_way_holds_up_nobodys_questions(tmp_path: Path) -> None:
    with served_pass(tmp_path) as opened:
        opened.api.go.clear()
        waiting = [threading.Thread(target=opened.session().submit, args=("line-ops", [n])) for n in range(12)]
        for thread in waiting:
            thread.start()
        assert opened.api.judging.wait(5)
        session = opened.session()
        assert [session.request("patchgate/task", {}) for _ in range(5)] == [TASK] * 5
        opened.api.go.set()
        for thread in waiting:
            thread.join(10)
        assert len(opened.api.submissions) == 12
        assert opened.api.most_at_once == 1


def test_closing_waits_for_the_submission_that_is_being_judged(tmp_path: Path) -> None:
    opened = ServedPass(tmp_path)
    opened.api.go.clear()
    with opened.endpoint:
        connection = opened.raw()
        body = json.dumps(
            {"jsonrpc": "2.0", "id": 1, "method": "patchgate/submit", "params": {"submission": 1}}
        ).encode()
        connection.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        assert opened.api.judging.wait(5)
        threading.Timer(0.2, opened.api.go.set).start()
    assert opened.api.submissions == [1]
    connection.close()


def test_a_specialist_reads_a_real_language_server_through_it(tmp_path: Path) -> None:
    root = write(tmp_path / "work")
    languages = serve(root, "src/shop.ts", "tests/shop.test.ts")
    with Endpoint(tmp_path / "run/gate.sock", languages, FakePassApi()):
        session = Session(TASK, root, RpcClient(str(tmp_path / "run/gate.sock"), timeout_s=30))
        assert [node["name"] for node in session.outline("src/shop.ts")] == ["Line", "Shop", "half", "wrong"]
        assert "## `src/shop.ts#Shop.total`" in session.context()
        assert session.read("src/tax.ts").startswith("/** The tax")
        edit = session.request("textDocument/rename", {**PLACE, "newName": "sum"})
        assert [session.path_of(change["textDocument"]["uri"]) for change in edit["documentChanges"]] == [
            "src/shop.ts",
            "tests/shop.test.ts",
        ]
    languages.close()
