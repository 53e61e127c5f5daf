"""Test Fabricator: one Vitest file for each module that no test imports yet.

Assertions are observed, not guessed. Inside the container, the modules are loaded with the project's own Vitest, and
their pure functions are tried. Each new file has passed there before it is submitted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from runner.model.contract import TEST_PATHS, Contract
from runner.model.order import Limits
from runner.specialists.kit.base import Role, Session
from runner.specialists.kit.changes import APPLIED, Spent, most_files, submit_file, why_not
from runner.specialists.kit.language import hover, symbols
from runner.specialists.kit.text import Positions
from runner.specialists.test_fabricator.modules import (
    Style,
    all_sources,
    folder_for_tests,
    is_test,
    path_of_test,
    specifier,
    style_of,
    untested,
)
from runner.specialists.test_fabricator.samples import samples_for
from runner.specialists.test_fabricator.vitest_runs import Shadow, VitestFailed, failures, observe, shadow
from runner.specialists.test_fabricator.vitest_text import About, public_only, render

ROLE = Role(
    name="test-fabricator",
    title="Test Fabricator",
    summary="Writes a Vitest file for each module that has none, and runs it before handing it in.",
    contract=Contract(new_files_only=True, paths=TEST_PATHS),
    limits=Limits(wall_s=600.0, memory_mb=1536, pids=256, submissions=200),
    options=("max_files", "modules"),
)
_FUNCTION = 12
_AT_ONCE = 40
_RUN_S = 90.0


def run(session: Session) -> None:
    if not (session.repo / "node_modules" / "vitest" / "package.json").is_file():
        session.block("The project has no Vitest in node_modules, so a test could neither run nor type-check.")
        return
    task = session.task.get("task") or {}
    folder = folder_for_tests([str(glob) for glob in task.get("allowed_paths") or ()])
    fabricator = _Fabricator(session, folder)
    waiting = fabricator.waiting()
    left = most_files(session, len(waiting))
    session.log(f"{ROLE.name}: {len(waiting)} modules without a test; tests go to {folder}/")
    try:
        with shadow(session.repo, folder) as made:
            while waiting and left > 0:
                batch, waiting = waiting[: min(left, _AT_ONCE)], waiting[min(left, _AT_ONCE) :]
                left -= fabricator.batch(made, batch)
    except Spent as spent:
        session.log(f"{ROLE.name}: stopping: {spent}")
    except VitestFailed as failed:
        session.block(str(failed))
        return
    session.done(f"{fabricator.landed} test files written; {fabricator.refused} refused")


class _Fabricator:
    def __init__(self, session: Session, folder: str) -> None:
        self._session = session
        self._folder = folder
        self._style = Style()
        self.landed = 0
        self.refused = 0

    def waiting(self) -> list[str]:
        """The modules without a test, sorted. Also learns the project's style."""
        sources = all_sources(self._session.repo)
        tests = [path for path in sources if is_test(path)]
        texts = {path: self._session.read(path) for path in sources}
        self._style = style_of(texts.values(), tests)
        wanted = [str(glob) for glob in self._session.options.get("modules") or ()]
        there = set(sources)
        found = untested(sources, {path: texts[path] for path in tests}, self._folder, wanted)
        return [path for path in found if path_of_test(path, self._folder, self._style) not in there]

    def batch(self, made: Shadow, modules: Sequence[str]) -> int:
        """Observe some modules, write their tests, run them, and submit those that pass; returns how many were
        submitted.
        """
        seen = self._observe(made, modules)
        texts: dict[str, str] = {}
        plain: dict[str, str | None] = {}
        for module in modules:
            about, path = self._about(module)
            exports = public_only((seen.get(module) or {}).get("exports") or {}, self._session.read(module))
            text = render(about, exports)
            if text is not None:
                texts[path], plain[path] = text, render(about, exports, details=False)
            else:
                self._pass_over(module, seen.get(module))
        broken = failures(made, texts, timeout_s=_RUN_S) if texts else {}
        again = {path: text for path in broken if (text := plain[path]) is not None}
        still = failures(made, again, timeout_s=_RUN_S) if again else {}
        for path, text in sorted({**texts, **again}.items()):
            if path in still:
                self._give_up(path, f"it does not pass: {still[path]}")
            else:
                self._hand_in(path, text, plain[path])
        return len(texts)

    def _about(self, module: str) -> tuple[About, str]:
        path = path_of_test(module, self._folder, self._style)
        task = self._session.task
        return About(
            module=module,
            specifier=specifier(path, module, self._style),
            task_id=str((task.get("task") or {}).get("uuid")),
            order_id=str(task.get("order_id")),
            quote=self._style.quote,
        ), path

    def _observe(self, made: Shadow, modules: Sequence[str]) -> dict[str, dict[str, Any]]:
        samples = {module: self._samples(module) for module in modules}
        seen = observe(made, self._folder, samples, timeout_s=_RUN_S)
        # A function that never ends loses the rest of its batch, so observe that rest without trying functions.
        left: Mapping[str, Any] = {module: {} for module in modules if module not in seen}
        if left:
            self._session.log(f"{ROLE.name}: looking again at {len(left)} modules without trying their functions")
            seen |= observe(made, self._folder, left, timeout_s=_RUN_S)
        return seen

    def _samples(self, module: str) -> dict[str, list[list[Any]]]:
        places = Positions(self._session.read(module))
        text = self._session.read(module)
        found: dict[str, list[list[Any]]] = {}
        for symbol in symbols(self._session, module):
            body = text[places.offset(symbol["range"]["start"]) : places.offset(symbol["range"]["end"])]
            if symbol["kind"] == _FUNCTION and "export" in body[:10]:
                shown = hover(self._session, module, symbol["selectionRange"]["start"])
                rows = samples_for(shown, body)
                # Overloads share a name, and what suits one may not suit the other.
                found[symbol["name"]] = [] if symbol["name"] in found else rows
        return {name: rows for name, rows in found.items() if rows}

    def _pass_over(self, module: str, seen: Mapping[str, Any] | None) -> None:
        error = (seen or {}).get("error")
        if error:
            self._session.recommend(
                f"Test {module} by hand",
                f"The module does not load under Node: {error}",
                1,
                file=module,
                rule="untested",
            )
        self._session.log(f"{ROLE.name}: {module}: {error or 'has nothing to test at run time'}")

    def _hand_in(self, path: str, text: str, plain: str | None) -> None:
        for attempt in dict.fromkeys(one for one in (text, plain) if one is not None):
            verdict = submit_file(self._session, path, attempt, f"Test what {path} imports: exports, kinds and answers")
            if verdict["status"] in APPLIED:
                self.landed += 1
                self._session.log(f"{ROLE.name}: {path} → {verdict['status']}")
                return
        self._give_up(path, f"the gate refused it: {why_not(verdict)}")

    def _give_up(self, path: str, why: str) -> None:
        self.refused += 1
        self._session.log(f"{ROLE.name}: {path}: {why}")
        self._session.recommend(f"Write {path} by hand", why, 1, rule="test-refused")
