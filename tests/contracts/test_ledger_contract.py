"""What every ``Ledger`` promises, of SQLite on disk and of its twin in memory alike."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.ledger.memory import MemoryLedger
from runner.ledger.sql import SqlLedger
from runner.model.events import Event
from runner.model.tags import on_worktree, undoes
from runner.ports import Ledger

AT = "2026-11-23T04:00:00.000Z"
Make = Callable[[Path], Ledger]


def on_disk(folder: Path) -> Ledger:
    return SqlLedger.at(folder / "ledger.sqlite")


def in_memory(_folder: Path) -> Ledger:
    return MemoryLedger()


@pytest.fixture(params=[on_disk, in_memory], ids=["sqlite", "memory"])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Ledger:
    make: Make = request.param
    return make(tmp_path)


def test_a_new_ledger_is_empty_and_whole(ledger: Ledger) -> None:
    assert (ledger.events(), ledger.verify()) == ((), 0)


def test_events_come_back_as_they_were_in_the_order_of_recording(ledger: Ledger) -> None:
    data: dict[str, object] = {
        "text": "ü 🙂 \u202e \x00 \ud800",
        "list": [1, 2.5, None, True],
        "deep": {"b": {}, "a": []},
    }
    events = [Event("note", AT, "t", "o", "p", str(number), {**data, "n": number}) for number in range(5)]
    events.append(Event("note", AT))
    for event in events:
        ledger.record(event)
    assert ledger.events() == tuple(events)
    assert ledger.verify() == 6


def test_the_latest_event_of_a_kind_in_a_trace_is_found(ledger: Ledger) -> None:
    for number, (kind, trace) in enumerate((("a", "t1"), ("a", "t1"), ("b", "t1"), ("a", "t2"))):
        ledger.record(Event(kind, AT, trace, patch_id=str(number)))
    found = [ledger.latest(trace, kind) for trace, kind in (("t1", "a"), ("t1", "b"), ("t2", "a"), ("t2", "b"))]
    assert [event and event.patch_id for event in found] == ["1", "2", "3", None]


def test_events_are_found_by_trace_patch_and_kind(ledger: Ledger) -> None:
    first = Event("a", AT, "t1", None, None, "p1")
    second = Event("b", AT, "t1", None, None, "p2")
    third = Event("a", AT, "t2", None, None, "p1")
    for event in (first, second, third):
        ledger.record(event)
    assert ledger.events(trace_id="t1") == (first, second)
    assert ledger.events(patch_id="p1") == (first, third)
    assert ledger.events(kinds=["a"]) == (first, third)
    assert ledger.events(kinds=["a", "b"], trace_id="t1", patch_id="p2") == (second,)
    assert ledger.events(trace_id="none") == ()


def test_several_threads_keep_one_chain(ledger: Ledger) -> None:
    def work(name: str) -> None:
        for number in range(10):
            ledger.record(Event("note", AT, name, data={"n": number}))

    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.verify() == 40
    for number in range(4):
        assert [event.data["n"] for event in ledger.events(trace_id=f"t{number}")] == list(range(10))


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.dictionaries(st.text(), plain, max_size=3), min_size=1, max_size=4))
def test_any_json_comes_back_from_sqlite_and_fits_the_chain(datas: list[dict[str, object]]) -> None:
    ledger = SqlLedger("sqlite://")
    twin = MemoryLedger()
    for data in datas:
        for each in (ledger, twin):
            each.record(Event("note", AT, data=data))
    assert ledger.events() == twin.events()
    assert ledger.verify() == twin.verify() == len(datas)


def patch(kind: str, number: int, *, trace: str = "t1", **data: object) -> Event:
    return Event(kind, AT, trace, None, None, f"p{number:02d}", dict(data))


def test_a_patch_is_unsettled_until_it_is_applied_or_abandoned(ledger: Ledger) -> None:
    for number in range(4):
        ledger.record(patch("patch.prepared", number))
    ledger.record(patch("patch.applied", 0))
    ledger.record(patch("patch.abandoned", 2))
    assert [event.patch_id for event in ledger.unsettled()] == ["p01", "p03"]
    assert all(event.kind == "patch.prepared" for event in ledger.unsettled())


def test_entries_behind_a_number_are_read_with_their_own(ledger: Ledger) -> None:
    assert (ledger.last(), ledger.after(0, ("a",))) == (0, ())
    for kind in ("a", "b", "a", "c", "a"):
        ledger.record(Event(kind, AT))
    assert [number for number, _ in ledger.after(0, ("a",))] == [1, 3, 5]
    assert [(number, event.kind) for number, event in ledger.after(3, ("a", "c"))] == [(4, "c"), (5, "a")]
    assert (ledger.last(), ledger.after(5, ("a",))) == (5, ())


def test_patches_are_found_by_the_start_of_their_id(ledger: Ledger) -> None:
    for number in (1, 10, 11, 20):
        ledger.record(patch("patch.applied", number))
    assert [event.patch_id for event in ledger.events(patch_start="p1")] == ["p10", "p11"]
    assert ledger.events(patch_start="P1") == ledger.events(patch_start="p_") == ()


def test_traces_with_applied_patches_are_found_by_the_start_of_their_id(ledger: Ledger) -> None:
    ledger.record(patch("patch.prepared", 0, trace="ab0"))
    for trace in ("ab2", "ab1", "ab1", "b"):
        ledger.record(patch("patch.applied", 1, trace=trace))
    assert (ledger.traces("ab"), ledger.traces(""), ledger.traces("x")) == (("ab1", "ab2"), ("ab1", "ab2", "b"), ())


def test_the_newest_event_of_a_tag_is_found(ledger: Ledger) -> None:
    base = "a" * 40
    ledger.record(patch("patch.applied", 1, meta={"undoes": "p00"}))
    ledger.record(patch("patch.rejected", 2, meta={"undoes": "p00"}))
    ledger.record(patch("patch.applied", 3, meta={"undoes": "p00"}))
    ledger.record(patch("patch.applied", 4, trace="t2", working_tree=True, base=base))
    found = ledger.newest(tag=undoes("p00"))
    assert found is not None and found.patch_id == "p03"
    assert [event.patch_id for event in ledger.events(tag=undoes("p00"))] == ["p01", "p03"]
    there = ledger.newest(tag=on_worktree(base, None))
    assert there is not None and there.trace_id == "t2"
    assert ledger.newest(tag=on_worktree(base, "ord")) is None
