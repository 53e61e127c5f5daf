"""The gate without an order: repository and submission in, verdict and branches out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pygit2
import pytest

from runner import Gate
from runner.errors import SandboxError, UsageError
from runner.model.events import PATCH_APPLIED, PATCH_REJECTED
from runner.sandbox.memory_engine import MemoryEngine
from runner.snapshots.git.store import GitSnapshots
from tests.branch_gate.conftest import OpenGate
from tests.branch_gate.repositories import commit_all, replace, settings_in, state_of, write_tasks
from tests.branch_gate.word_server import CountingServer

GOOD = replace("src/a.ts", "a + 1", "a + 2")
BAD = replace("src/a.ts", "a + 1", "TYPE_ERROR")


def codes(verdict: dict[str, Any]) -> list[str]:
    return [each["code"] for each in verdict["violations"]]


def branches(repository: pygit2.Repository) -> list[str]:
    return [name for name in repository.branches.local if name != "main"]


def test_an_applied_submission_is_a_snapshot_on_a_branch_of_its_own(
    open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    before = state_of(repository)
    verdict = open_gate(typecheck="never").submit({**GOOD, "specialist": "My Agent"})
    assert (verdict["status"], verdict["typecheck"]) == ("applied", "skipped")
    (branch,) = branches(repository)
    assert branch.startswith("fix/trace-") and branch.endswith("-my-agent")
    snapshot = GitSnapshots(Path(repository.workdir)).tree(str(verdict["snapshot"])).read("src/a.ts")
    assert snapshot is not None and b"a + 2" in snapshot.content
    assert state_of(repository) == before


def test_without_a_specialist_the_role_is_submit(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    open_gate(typecheck="never").submit(GOOD)
    assert branches(repository)[0].endswith("-submit")


def test_each_submission_is_judged_on_head_by_itself(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    gate = open_gate(typecheck="never")
    first, second = gate.submit_all([GOOD, replace("src/a.ts", "a + 1", "a + 3")])
    assert (first["status"], second["status"]) == ("applied", "applied")
    assert first["base"] == second["base"] == gate.base == str(repository.head.target)
    assert len(branches(repository)) == 2


def test_the_working_tree_is_neither_read_nor_written(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    (Path(repository.workdir) / "src/a.ts").write_text("something else\n")
    assert open_gate(typecheck="never").submit(GOOD)["status"] == "applied"
    assert (Path(repository.workdir) / "src/a.ts").read_text() == "something else\n"


def test_a_dry_run_leaves_no_branch(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    verdict = open_gate(typecheck="never").submit({**GOOD, "dry_run": True})
    assert verdict["status"] == "simulated" and "a + 2" in str(verdict["diff"])
    assert branches(repository) == []


@pytest.mark.parametrize("mode", ["auto", "always"])
def test_a_new_type_error_is_rejected(open_gate: OpenGate, repository: pygit2.Repository, mode: str) -> None:
    verdict = open_gate(typecheck=mode).submit(BAD)
    assert (verdict["status"], verdict["typecheck"], codes(verdict)) == ("rejected", "checked", ["PG601"])
    assert branches(repository) == []


def test_never_lets_a_type_error_in_and_says_that_nothing_was_checked(open_gate: OpenGate, tsc: CountingServer) -> None:
    verdict = open_gate(typecheck="never").submit(BAD)
    assert (verdict["status"], verdict["typecheck"], tsc.runs) == ("applied", "skipped", 0)


def test_auto_leaves_tsc_alone_for_files_that_it_does_not_read(open_gate: OpenGate, tsc: CountingServer) -> None:
    verdict = open_gate(typecheck="auto").submit(replace("README.md", "hello", "bye"))
    assert (verdict["status"], verdict["typecheck"], tsc.runs) == ("applied", "skipped", 0)


def test_always_checks_even_those(open_gate: OpenGate, tsc: CountingServer) -> None:
    verdict = open_gate(typecheck="always").submit(replace("README.md", "hello", "bye"))
    assert (verdict["typecheck"], tsc.runs) == ("proved", 1)


def test_auto_skips_a_tree_without_a_tsconfig_and_always_says_what_is_missing(
    open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    (Path(repository.workdir) / "tsconfig.json").unlink()
    repository.index.remove("tsconfig.json")
    commit_all(repository)
    assert open_gate(typecheck="auto").submit(GOOD)["typecheck"] == "skipped"
    verdict = open_gate(typecheck="always").submit(GOOD)
    assert (verdict["status"], codes(verdict)) == ("error", ["PG901"])
    assert "tsconfig.json" in str(verdict["violations"])


def test_the_baseline_is_taken_once_for_all_submissions(open_gate: OpenGate, tsc: CountingServer) -> None:
    open_gate(typecheck="auto").submit_all([GOOD, BAD, GOOD])
    assert tsc.runs == 4


def test_errors_that_head_has_already_do_not_reject(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    (Path(repository.workdir) / "src/b.ts").write_text("export const old = TYPE_ERROR;\n")
    commit_all(repository)
    verdict: dict[str, Any] = open_gate().submit(GOOD)
    assert (verdict["status"], verdict["diagnostics"]["baseline"]) == ("applied", 1)


def test_an_engine_that_fails_is_an_error_and_changes_nothing(
    open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    before = state_of(repository)
    verdict = open_gate(engine=MemoryEngine({})).submit(GOOD)
    assert (verdict["status"], codes(verdict)) == ("error", ["PG901"])
    assert branches(repository) == [] and state_of(repository) == before


def test_an_engine_that_cannot_be_reached_is_asked_for_only_when_needed(open_gate: OpenGate) -> None:
    gate = open_gate(engine="no-such-engine")
    assert gate.submit(replace("README.md", "hello", "bye"))["status"] == "applied"
    assert gate.submit(GOOD)["status"] == "error"


def test_a_task_of_tasks_json_bounds_the_edit(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    span = {"file": "src/a.ts", "start": 1, "end": 3}
    write_tasks(Path(repository.workdir), {"uuid": "T1", "allowed_spans": [span], "note": "not ours"})
    gate = open_gate(typecheck="never")
    assert gate.submit({**GOOD, "task_id": "T1"})["status"] == "applied"
    outside = gate.submit({**replace("src/a.ts", "f(2)", "f(4)"), "task_id": "T1"})
    assert codes(outside) == ["PG203"]
    assert codes(gate.submit({**replace("README.md", "hello", "x"), "task_id": "T1"})) == ["PG202"]


def test_a_task_that_does_not_exist_is_rejected(open_gate: OpenGate) -> None:
    assert codes(open_gate(typecheck="never").submit({**GOOD, "task_id": "T9"})) == ["PG201"]


def test_a_task_whose_symbol_is_not_in_head_is_rejected_and_recorded(
    open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    write_tasks(Path(repository.workdir), {"uuid": "T1", "allowed_symbols": ["src/a.ts#gone"]})
    gate = open_gate(typecheck="never")
    verdict = gate.submit({**GOOD, "task_id": "T1"})
    assert (verdict["status"], codes(verdict)) == ("rejected", ["PG304"])
    log = (Path(repository.workdir) / ".mission_control/patch_log.jsonl").read_text()
    assert str(verdict["patch_id"]) in log


def test_a_submission_that_cannot_be_read_is_a_rejection(open_gate: OpenGate) -> None:
    gate = open_gate(typecheck="never")
    assert codes(gate.submit({"edit": 3})) == ["PG101"]
    assert codes(gate.submit("text")) == ["PG101"]


def test_a_submission_that_names_a_role_is_held_to_its_contract(open_gate: OpenGate) -> None:
    verdict = open_gate(typecheck="never").submit({**GOOD, "specialist": "docstring-architect"})
    assert codes(verdict) == ["PG501"]


def test_a_base_that_is_not_head_is_a_conflict(open_gate: OpenGate) -> None:
    assert open_gate(typecheck="never").submit({**GOOD, "base": "0" * 40})["status"] == "conflict"


def test_every_verdict_stands_in_the_ledger_and_beside_it(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    from runner.app.opened import OpenedRepository

    applied, rejected = open_gate(typecheck="auto").submit_all([GOOD, BAD])
    folder = Path(repository.workdir)
    ledger = OpenedRepository.find(folder, settings_in(folder)).ledger
    kinds = {event.patch_id: event.kind for event in ledger.events(kinds=(PATCH_APPLIED, PATCH_REJECTED))}
    assert kinds == {applied["patch_id"]: PATCH_APPLIED, rejected["patch_id"]: PATCH_REJECTED}
    assert (folder / f".mission_control/patches/{applied['patch_id']}.diff").read_text() == applied["diff"]
    assert ledger.verify() == 3


def test_nothing_is_left_in_the_work_folder(open_gate: OpenGate, tmp_path: Path) -> None:
    gate = open_gate(typecheck="always")
    gate.submit(GOOD)
    assert list((tmp_path / "work").iterdir()) != []
    gate.close()
    assert list((tmp_path / "work").iterdir()) == []


def test_a_folder_that_is_no_repository_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in a git repository"):
        Gate.open(tmp_path, settings=settings_in(tmp_path))


def test_a_question_to_a_missing_engine_raises(open_gate: OpenGate) -> None:
    with pytest.raises(SandboxError, match="no image"):
        open_gate(engine=MemoryEngine({})).context(["src/a.ts#f"])


def test_an_imported_folder_lends_its_node_modules_however_the_repository_is_named(tmp_path: Path) -> None:
    from runner.app.opened import OpenedRepository
    from runner.snapshots.importing import import_folder

    (tmp_path / "plain/node_modules/x").mkdir(parents=True)
    (tmp_path / "plain/package.json").write_text("{}")
    settings = settings_in(tmp_path)
    imported = import_folder(tmp_path / "plain", settings.imports)
    for given in (tmp_path / "plain", imported):
        found = OpenedRepository.find(given, settings)
        assert (found.folder, found.modules) == (imported, tmp_path / "plain")
    (tmp_path / "plain/node_modules/x").rmdir()
    (tmp_path / "plain").rename(tmp_path / "gone")
    assert OpenedRepository.find(imported, settings).modules == imported


def test_what_was_made_on_an_older_commit_is_rebased_on_head(repository: pygit2.Repository, tmp_path: Path) -> None:
    folder = Path(repository.workdir)
    seen = str(repository.head.target)
    (folder / "src/a.ts").write_text("// a line above\n" + (folder / "src/a.ts").read_text())
    (folder / "src/b.ts").unlink()
    commit_all(repository, "in the meantime")
    line = {"op": "replace_block", "file": "src/a.ts", "start_line": 2, "end_line": 2, "new_block": "  return a + 2;"}
    edit = {"version": 1, "base": seen, "edit": {"format": "line-ops", "payload": [line]}}
    with Gate.open(folder, typecheck="never", settings=settings_in(tmp_path)) as gate:
        verdict: dict[str, Any] = gate.submit(edit)
        assert (verdict["status"], verdict["base"]) == ("applied", gate.base)
        assert "@@ -1,6 +1,6 @@\n // a line above\n export function f" in verdict["diff"]
        gone: dict[str, Any] = gate.submit({**replace("src/b.ts", "h = f(3)", "h = f(4)"), "base": seen})
        assert (gone["status"], gone["violations"][0]["code"]) == ("conflict", "PG701")
        for base in (seen[:10], "HEAD", "0" * 40):
            unknown: dict[str, Any] = gate.submit({**edit, "base": base})
            assert unknown["violations"][0]["code"] == "PG702"


def test_an_edit_where_a_later_commit_edited_is_a_conflict_with_both_sides(
    repository: pygit2.Repository, tmp_path: Path
) -> None:
    folder = Path(repository.workdir)
    seen = str(repository.head.target)
    (folder / "src/a.ts").write_text((folder / "src/a.ts").read_text().replace("a + 1", "a + 100"))
    commit_all(repository, "in the meantime")
    with Gate.open(folder, typecheck="never", settings=settings_in(tmp_path)) as gate:
        verdict: dict[str, Any] = gate.submit({**replace("src/a.ts", "a + 1", "a + 2"), "base": seen})
    assert (verdict["status"], verdict["snapshot"]) == ("conflict", None)
    assert "+  return a + 100;" in verdict["notes"][0] and "+  return a + 2;" in verdict["notes"][1]


@pytest.mark.parametrize("root", ["/repo", None])
def test_an_absolute_path_inside_the_repository_means_that_file(
    root: str | None, open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    folder = Path(repository.workdir) if root is None else Path(root)
    verdict = open_gate(typecheck="never").submit(replace(str(folder / "src/a.ts"), "a + 1", "a + 2"))
    assert (verdict["status"], verdict["edits"]["documentChanges"][0]["textDocument"]["uri"]) == (
        "applied",
        "file:///repo/src/a.ts",
    )


def test_an_absolute_path_outside_the_repository_is_refused(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    folder = Path(repository.workdir)
    for path in ("/etc/passwd", f"{folder.parent}/{folder.name}-evil/src/a.ts", f"{folder}/../repo/src/a.ts"):
        verdict = open_gate(typecheck="never").submit(replace(path, "a + 1", "a + 2"))
        assert (verdict["status"], codes(verdict)) == ("rejected", ["PG401"])
    assert branches(repository) == []


def test_a_task_may_name_its_places_absolutely(open_gate: OpenGate, repository: pygit2.Repository) -> None:
    folder = Path(repository.workdir)
    write_tasks(folder, {"uuid": "T1", "allowed_paths": [f"{folder}/src/a.ts"]})
    verdict = open_gate(typecheck="never").submit({**GOOD, "task_id": "T1"})
    assert verdict["status"] == "applied"


@pytest.mark.parametrize(
    ("change", "meant"),
    [
        ({"task_id": "CRAT-1"}, "Did you mean CART-1?"),
        ({"dryrun": True}, "Did you mean dry_run?"),
        ({"edit": {"format": "search-replce", "payload": []}}, "Did you mean search-replace?"),
        ({"edit": {"fromat": "search-replace", "payload": []}}, "Did you mean format?"),
    ],
)
def test_a_misspelt_word_of_a_submission_is_told_with_what_was_meant(
    change: dict[str, object], meant: str, open_gate: OpenGate, repository: pygit2.Repository
) -> None:
    write_tasks(Path(repository.workdir), {"uuid": "CART-1", "allowed_paths": ["src/**"]})
    verdict: dict[str, Any] = open_gate(typecheck="never").submit({**GOOD, **change})
    assert verdict["status"] == "rejected"
    assert meant in verdict["violations"][0]["hint"]
