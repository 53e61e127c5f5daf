"""Orders from the first pass to the report, with containers that are Python functions."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from runner.errors import SandboxError
from runner.model import events
from runner.orchestrator.orders import run_order
from runner.orchestrator.report_json import report_json
from runner.ports import PassApi
from runner.sandbox.memory_engine import Process
from tests.orchestrator.fakes import (
    BASE,
    MOVED,
    Environment,
    blocked,
    done,
    fails,
    order_run,
    plan,
    ran,
    silent,
    submits,
    verdict,
)  # fmt: skip


def statuses(report: object) -> list[tuple[str, str, int]]:
    return [(each.specialist, each.status, each.attempt) for each in getattr(report, "passes", ())]


def test_passes_that_change_nothing_are_delivered(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [done, done]), plan("one"), plan("two")).report
    assert (report.status, statuses(report)) == ("delivered", [("one", "done", 1), ("two", "done", 1)])
    assert (report.base, report.snapshot) == (BASE, BASE)


def test_what_moved_awaits_sign_off(tmp_path: Path) -> None:
    environment = Environment(
        tmp_path, [submits(3)], [verdict(), verdict("rejected", codes=("PG203",)), verdict("conflict")]
    )
    report = ran(environment, plan()).report
    assert (report.status, report.snapshot) == ("awaiting-sign-off", MOVED)
    only = report.passes[0]
    assert (only.applied, only.rejected, only.conflicts, only.branch) == (1, 1, 1, "fix/trace-abcd1234-custom")
    assert [patch.violations for patch in only.patches] == [(), ("PG203 n: m",), ()]


def test_a_blocked_pass_stops_the_order_and_the_rest_is_skipped(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [blocked]), plan("one"), plan("two")).report
    assert (report.status, statuses(report)) == ("blocked", [("one", "blocked", 1), ("two", "skipped", 0)])
    assert report.followups == ("one on T1 is blocked: the task is unclear",)


def test_or_the_order_goes_on_and_is_blocked_all_the_same(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [blocked, done]), plan("one"), plan("two"), on_blocked="continue").report
    assert (report.status, statuses(report)) == ("blocked", [("one", "blocked", 1), ("two", "done", 1)])


def test_a_blocked_pass_is_not_tried_again(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [blocked]), plan(attempts=3)).report
    assert statuses(report) == [("custom", "blocked", 1)]


def test_a_failed_pass_is_tried_again_within_its_attempts(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [fails, done, done]), plan("one", attempts=2), plan("two")).report
    assert (report.status, statuses(report)) == (
        "delivered",
        [("one", "failed", 1), ("one", "done", 2), ("two", "done", 1)],
    )
    assert "(tried again)" in report.passes[0].detail
    assert report.followups == ()


def test_a_pass_that_fails_every_time_fails_the_order_with_its_last_words(tmp_path: Path) -> None:
    report = ran(Environment(tmp_path, [fails, fails]), plan("one", attempts=2), plan("two")).report
    assert (report.status, statuses(report)) == (
        "failed",
        [("one", "failed", 1), ("one", "failed", 2), ("two", "skipped", 0)],
    )
    assert report.followups == ("one on T1 is failed: ended with exit code 3: line 1 | what went wrong",)


def test_a_later_pass_of_the_same_specialist_does_not_hide_that_an_earlier_one_failed(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [fails, done, done])
    plans = (plan("one", attempts=1), plan("two", attempts=1), plan("one", attempts=1))
    report = ran(environment, *plans, on_blocked="continue").report
    assert (report.status, len(report.followups)) == ("failed", 1)


def test_done_takes_the_word_and_the_exit_code(tmp_path: Path) -> None:
    def says_done_and_crashes(api: PassApi, process: Process) -> int:
        done(api, process)
        return 1

    report = ran(Environment(tmp_path, [silent, says_done_and_crashes]), plan(attempts=2)).report
    assert statuses(report) == [("custom", "failed", 1), ("custom", "failed", 2)]
    assert report.passes[0].detail.startswith("ended without `patchctl done`")
    assert report.passes[1].detail == "ended with exit code 1: it said nothing"


def test_a_limit_that_was_hit_is_named_and_beats_what_was_said(tmp_path: Path) -> None:
    def talks(api: PassApi, process: Process) -> int:
        done(api, process)
        for _ in range(64):
            process.write(b"x" * 4096)
        return 0

    def sleeps(api: PassApi, process: Process) -> int:
        process.killed.wait(10)
        return 0

    def eats(api: PassApi, process: Process) -> int:
        raise MemoryError

    for work, limit in ((talks, "output"), (sleeps, "wall"), (eats, "memory")):
        folder = tmp_path / limit
        folder.mkdir()
        report = ran(
            Environment(folder, [work]), plan(attempts=1, wall_s=0.3 if limit == "wall" else 5, output_kb=8)
        ).report
        only = report.passes[0]
        assert (report.status, only.limit_hit, only.detail) == ("failed", limit, f"reached its {limit} limit")


def test_a_cancelled_order_ends_with_a_report_of_what_landed(tmp_path: Path) -> None:
    def waits(api: PassApi, process: Process) -> int:
        api.submit({"reason": "landed before"})
        run.cancel.set()
        process.killed.wait(10)
        return 0

    run, ledger, _ = order_run(Environment(tmp_path, [waits], [verdict()]), plan("one", attempts=3), plan("two"))
    report = run_order(run)
    assert (report.status, report.snapshot) == ("cancelled", MOVED)
    assert statuses(report) == [("one", "cancelled", 1), ("two", "skipped", 0)]
    assert [patch.reason for patch in report.passes[0].patches] == ["landed before"]
    assert report.passes[1].detail == "the run was interrupted"
    (ended,) = ledger.events(kinds=[events.ORDER_ENDED])
    assert ended.data["status"] == "cancelled"
    assert run.environment.engine.ps() == ()


class Hiccups:
    """The engine's ``run``, which fails ``times`` times; ``late`` ones fail after the program has run."""

    def __init__(self, environment: Environment, times: int, *, late: bool = False) -> None:
        self.run, self.times, self.late = environment.engine.run, times, late

    def __call__(self, *given: Any, **more: Any) -> object:
        self.times -= 1
        if self.times < 0:
            return self.run(*given, **more)
        if self.late:
            self.run(*given, **more)
        raise SandboxError("the engine lost a running container", "patchgate doctor")


def test_one_engine_hiccup_before_anything_was_submitted_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(tmp_path, [submits()], [verdict()])
    monkeypatch.setattr(environment.engine, "run", Hiccups(environment, 1))
    report = ran(environment, plan(attempts=1)).report
    assert (report.status, statuses(report)) == ("awaiting-sign-off", [("custom", "failed", 1), ("custom", "done", 2)])
    assert "the engine lost a running container patchgate doctor (tried again)" in report.passes[0].detail


@pytest.mark.parametrize("on_blocked", ["stop", "continue"])
def test_an_engine_that_fails_after_patches_landed_ends_in_a_report(
    on_blocked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = Environment(tmp_path, [submits(), done], [verdict()])
    monkeypatch.setattr(environment.engine, "run", Hiccups(environment, 1, late=True))
    result = ran(environment, plan("one", attempts=1), plan("two"), on_blocked=on_blocked)
    second = ("two", "skipped", 0) if on_blocked == "stop" else ("two", "done", 1)
    assert (result.report.status, statuses(result.report)) == ("failed", [("one", "failed", 1), second])
    assert (result.report.snapshot, result.report.passes[0].applied) == (MOVED, 1)
    assert result.ledger.events(kinds=[events.ORDER_ENDED])[0].data["status"] == "failed"


def test_an_engine_that_stays_away_is_tried_once_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = Environment(tmp_path, [])
    monkeypatch.setattr(environment.engine, "run", Hiccups(environment, 9))
    assert statuses(ran(environment, plan(attempts=1)).report) == [("custom", "failed", 1), ("custom", "failed", 2)]


def test_an_interrupt_is_recorded_and_goes_on(tmp_path: Path) -> None:
    run, ledger, _ = order_run(Environment(tmp_path, [done]), plan())

    def interrupt(event: events.Event) -> None:
        if event.kind == events.CONTAINER_CREATED:
            raise KeyboardInterrupt

    interrupted = type(run)(**{**{name: getattr(run, name) for name in run.__dataclass_fields__}, "show": interrupt})
    with pytest.raises(KeyboardInterrupt):
        run_order(interrupted)
    kinds = [event.kind for event in ledger.events()]
    assert kinds[-2:] == [events.CONTAINER_REMOVED, events.ORDER_ENDED]
    assert run.environment.engine.ps() == ()


def test_the_ledger_has_the_whole_story_in_order_and_shows_it(tmp_path: Path) -> None:
    result = ran(Environment(tmp_path, [done]), plan())
    kinds = [event.kind for event in result.ledger.events()]
    assert kinds == [
        events.ORDER_STARTED, events.PASS_STARTED, events.CONTAINER_CREATED, events.CONTAINER_REMOVED, events.PASS_ENDED,
        events.ORDER_ENDED,
    ]  # fmt: skip
    assert [event.kind for event in result.shown] == kinds
    assert {event.trace_id for event in result.shown} == {"abcd1234"}


def test_a_specialist_is_told_its_task_and_may_read_it_whoever_it_is(tmp_path: Path) -> None:
    told: list[dict[str, object]] = []

    def reads(api: PassApi, process: Process) -> int:
        path = process.host_path("/run/patchgate/task.json")
        told.append(json.loads(path.read_text("utf-8")))
        told.append({"mode": path.stat().st_mode & 0o777})
        return done(api, process)

    ran(Environment(tmp_path, [reads]), plan("lint-surgeon"))
    task, mode = told
    assert mode == {"mode": 0o644}
    assert {
        key: task[key] for key in ("version", "specialist", "trace_id", "order_id", "pass_id", "snapshot", "attempt")
    } == {
        "version": 1,
        "specialist": "lint-surgeon",
        "trace_id": "abcd1234",
        "order_id": "ord-1",
        "pass_id": "abcd1234-1-lint-surgeon-1",
        "snapshot": BASE,
        "attempt": 1,
    }
    assert task["prompt"] == "a prompt"
    assert task["files"] == ["a.ts"]
    assert task["options"] == {"option": 1}
    assert isinstance(task["task"], dict) and task["task"]["uuid"] == "T1"


def test_recommendations_reach_the_report_once_though_a_pass_is_tried_again(tmp_path: Path) -> None:
    advice = {"title": "use a cache", "detail": "why", "impact": 2, "file": "a.ts", "line": 3}

    def advises_and_fails(api: PassApi, process: Process) -> int:
        api.recommend(advice)
        return 1

    def advises(api: PassApi, process: Process) -> int:
        api.recommend(advice)
        return done(api, process)

    report = ran(Environment(tmp_path, [advises_and_fails, advises]), plan("one", attempts=2)).report
    assert [(each.id, each.title, each.specialist, each.task_id) for each in report.recommendations] == [
        ("abcd1234-1-one-2-r1", "use a cache", "one", "T1")
    ]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([], "is an object"),
        ({"title": "t", "detail": "d", "impact": 2, "x": 1}, "unknown key 'x'"),
        ({"title": " ", "detail": "d", "impact": 2}, "title must be a text"),
        ({"title": "t", "impact": 2}, "detail must be a text"),
        ({"title": "t", "detail": "d", "impact": 4}, "impact must be"),
        ({"title": "t", "detail": "d", "impact": True}, "impact must be"),
        ({"title": "t", "detail": "d", "impact": 2, "line": 0}, "line must be"),
        ({"title": "t", "detail": "d", "impact": 2, "file": 7}, "file must be a text"),
    ],
)
def test_a_recommendation_that_is_none_is_refused(given: object, message: str, tmp_path: Path) -> None:
    caught: list[str] = []

    def advises(api: PassApi, process: Process) -> int:
        with pytest.raises(ValueError, match=message) as error:
            api.recommend(given)
        caught.append(str(error.value))
        return done(api, process)

    assert ran(Environment(tmp_path, [advises]), plan()).report.status == "delivered"
    assert caught


def test_nothing_is_taken_after_the_end_of_a_pass(tmp_path: Path) -> None:
    def goes_on(api: PassApi, process: Process) -> int:
        api.finish("done", "first word")
        api.finish("blocked", "second word")
        with pytest.raises(ValueError, match="has ended"):
            api.submit({})
        with pytest.raises(ValueError, match="done or blocked"):
            api.finish("delighted", "")
        return 0

    report = ran(Environment(tmp_path, [goes_on]), plan()).report
    assert [(each.status, each.detail, each.patches) for each in report.passes] == [("done", "first word", ())]


def test_submissions_of_one_pass_are_judged_one_at_a_time(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [], [verdict() for _ in range(40)])

    def many(api: PassApi, process: Process) -> int:
        threads = [threading.Thread(target=lambda: [api.submit({}) for _ in range(10)]) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return done(api, process)

    environment.work.append(many)
    assert ran(environment, plan()).report.passes[0].applied == 40


def test_the_report_has_the_shape_that_is_promised(tmp_path: Path) -> None:
    environment = Environment(tmp_path, [submits(2), fails], [verdict(), verdict("rejected", codes=("PG203",))])
    report = ran(environment, plan("lint-surgeon"), plan("mine", attempts=1)).report
    found = json.loads(json.dumps(report_json(report)))
    assert {
        key: found[key]
        for key in ("version", "status", "order_id", "trace_id", "repo", "base", "snapshot", "tree", "engine")
    } == {
        "version": 1,
        "status": "failed",
        "order_id": "ord-1",
        "trace_id": "abcd1234",
        "repo": "/repo",
        "base": BASE,
        "snapshot": MOVED,
        "tree": "2" * 40,
        "engine": "memory",
    }
    first, second = found["passes"]
    assert {"specialist", "task_id", "status", "attempt", "applied", "rejected", "conflicts", "container", "branch", "snapshot",
            "duration_ms"} <= set(first)  # fmt: skip
    assert (first["applied"], first["rejected"], first["branch"]) == (1, 1, "fix/trace-abcd1234-lint-surgeon")
    assert set(first["container"]) == {"id", "exit", "limit_hit"}
    assert (len(first["container"]["id"]), first["container"]["exit"]) == (64, 0)
    assert (second["status"], second["container"]["exit"], second["branch"]) == ("failed", 3, None)
    assert found["typecheck"] == {"base_errors": 2, "errors": 2, "new": 0, "fixed": 0}
    assert (found["recommendations"], found["scores"]) == ([], {})
    assert found["followups"] == ["mine on T1 is failed: ended with exit code 3: line 1 | what went wrong"]
