"""``patchctl``'s questions in a repository, answered from the working tree and by our own language server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runner.app.guarded_blocks import no_file
from runner.app.tasks import no_task
from runner.app.worktree_gate import WorktreeGate
from runner.cli.patchctl_reads import next_task
from runner.client.payloads import UsageProblem
from runner.client.rpc import RpcClient, RpcError
from runner.client.session import Session
from runner.errors import BridgeError
from runner.model.globs import matches_any
from runner.model.verdict import Refused

SOURCES = (".ts", ".tsx", ".mts", ".cts")


class HostSession(Session):
    """``task_id`` names the task whose places are meant if a question names none. The default is ``next_task``."""

    def __init__(self, gate: WorktreeGate, task_id: str | None = None) -> None:
        super().__init__({}, gate.folder, _LocalRpc(gate))
        self._gate, self._task_id = gate, task_id

    def files(self) -> list[str]:
        task = self._task("name the files")
        named = [task.get("file"), *(span.get("file") for span in task.get("allowed_spans") or [])]
        named += [str(symbol).partition("#")[0] for symbol in task.get("allowed_symbols") or []]
        globs = [self.relative(str(glob)) for glob in task.get("allowed_paths") or []]
        if globs:
            named += [path for path in self._gate.tree().paths() if path.endswith(SOURCES) and matches_any(globs, path)]
        return list(dict.fromkeys(self.relative(str(path)) for path in named if path))

    def context(self, symbols: list[str] | None = None, budget: int = 4000, files: list[str] | None = None) -> str:
        if not (symbols or files):
            task = self._task("give --symbol or --file")
            spans = task.get("allowed_spans") or []
            symbols = [f"{span['file']}:{span['start']}-{span['end']}" for span in spans]
            symbols += [str(symbol) for symbol in task.get("allowed_symbols") or []]
            files = [] if symbols else self.files()
        return super().context(symbols, budget, files)

    def relative(self, place: str) -> str:
        return self._gate.relative(place)

    def request(self, method: str, params: Any) -> Any:
        """The language server's messages are about URIs and projects; a person asked about a file."""
        uri = params.get("textDocument", {}).get("uri", "")
        path = self.path_of(uri)
        if path is not None and self._gate.tree().kind(path) != "file":
            raise no_file(path, self._gate.tree())
        try:
            return super().request(method, params)
        except RpcError as problem:
            if path is None or "no project found" not in problem.message:
                raise
            raise UsageProblem(
                f"no TypeScript project has {path}",
                "Add it to the include of a tsconfig.json, or ask about another file.",
            ) from problem

    def _task(self, otherwise: str) -> Mapping[str, Any]:
        """Raises ``UsageProblem``."""
        tasks = self._gate.mission.read_tasks()
        if self._task_id is None:
            found = next_task(tasks)
        else:
            found = next((task for task in tasks if task["uuid"] == self._task_id), None)
        if found is None:
            if self._task_id is not None:
                error = no_task(self._task_id, tasks)
                raise UsageProblem(f"{otherwise}: {error.message}", error.hint)
            raise UsageProblem(f"{otherwise}: no task is open", "List the tasks with: patchctl list-tasks")
        return found


class _LocalRpc(RpcClient):
    """Requests that stay in this process."""

    def __init__(self, gate: WorktreeGate) -> None:
        super().__init__("")
        self._gate = gate

    def request(self, method: str, params: Any) -> Any:
        if method == "patchgate/outline":
            return {"symbols": self._outline(params["file"])}
        try:
            if method == "patchgate/context":
                text = self._gate.languages.context(params["symbols"], params["files"], params["budget"])
                return {"text": text}
            return self._gate.languages.request(method, params)
        except BridgeError as error:
            raise RpcError(0, f"{error.message} {error.hint}".strip()) from error

    def _outline(self, path: str) -> list[dict[str, Any]]:
        from runner.app.outlines import outline_json

        state = self._gate.tree().read(path)
        if state is None:
            raise no_file(path, self._gate.tree())
        try:
            return outline_json(state.content, path)
        except Refused as refused:
            raise UsageProblem(str(refused)) from refused
