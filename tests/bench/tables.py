"""The figures as tables for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from tests.bench.express import ROWS
from tests.bench.history import ROWS_BY_NAME

_SHORTER = (
    ("workspace-edit", "ws-edit"),
    ("search-replace", "search"),
    ("unified-diff", "diff"),
    ("whole-file", "whole"),
    ("wrong numbers", "wrong nos"),
    (", with hash", ", hash"),
)


def _short(name: str) -> str:
    for long, short in _SHORTER:
        name = name.replace(long, short)
    return name


SHORT = {row.name: _short(row.name) for row in ROWS}


def show_honest(console: Console, figures: dict[str, Any]) -> None:
    table = Table(title="Real history, honest: every change as every format that can express it")
    for heading in ("format", "sent", "exact", "wrong bytes", "refused", "of them for layout", "asked for consent"):
        table.add_column(heading, justify="left" if heading == "format" else "right")
    for name, row in figures["by_row"].items():
        asked = row["consent_refused"]
        refused = row.get("refused", 0) - asked
        # A format that does not pin its place may be refused for layout: shown in brackets.
        layout = str(row["layout_refused"]) if ROWS_BY_NAME[name].pinned else f"({row['layout_refused']})"
        shown = (row["tried"], row.get("exact", 0), row.get("landed", 0), refused, layout, asked)
        table.add_row(name, *map(str, shown))
    console.print(table)
    console.print(
        f"{figures['changes']} changed files, {figures['submissions']} submissions. What landed is exact in "
        f"{figures['landed_exact']} of {figures['landed']}. Refused without need: {figures['plain_refused']} of "
        f"{figures['plain']} ({figures['plain_refused_share']:.2%}; at most 0.50 %). Honest, but a person is asked: "
        f"{figures['need_consent_refused']} of {figures['need_consent']}. "
        f"Refused for layout in formats that pin their place: {figures['pinned_layout_refused']} (must be 0)."
    )
    for code, found in figures["refused_by_code"].items():
        console.print(f"  {code} x{found['count']}: {'; '.join(found['examples'])[:300]}", markup=False)


def show_corrupted(console: Console, figures: dict[str, Any]) -> None:
    table = Table(title="Corrupted: landed as something else / tried, before tsc")
    table.add_column("corruption")
    for row in ROWS:
        table.add_column(SHORT[row.name], justify="right", overflow="fold")
    for heading in ("all", "tsc: refused/sampled", "left (est.)"):
        table.add_column(heading, justify="right")
    for name, found in figures["by_corruption"].items():
        cells = [
            f"{row['bad']}/{row['tried']}" if row["tried"] else "–"
            for row in (found["by_row"][each.name] for each in ROWS)
        ]
        sampled = f"{found['tsc_refused']}/{found['tsc_sampled']}" if found["tsc_sampled"] else "–"
        table.add_row(name, *cells, f"{found['needs_tsc']}/{found['tried']}", sampled, str(found["left_estimate"]))
    console.print(table)
    console.print(
        f"Refused, exact or advised without tsc: {figures['stopped_without_tsc']} of {figures['tried']} "
        f"({figures['stopped_without_tsc_share']:.2%}); advised, the right code in other white space: {figures['advised']}. "
        f"With tsc, by its sample: {figures['stopped_share_estimate']:.2%} (at least 99 %)."
    )


def show_overhead(console: Console, runs: list[dict[str, Any]], fsync: dict[str, float]) -> None:
    table = Table(title="What the gate costs beside tsc: one edit, durable on disk, milliseconds (p50 / p95)")
    table.add_column("tree")
    stages = list(dict.fromkeys(stage for run in runs for stage in run["stages"]))
    for stage in stages:
        table.add_column(stage, justify="right")
    for run in runs:
        found = (run["stages"].get(stage) for stage in stages)
        cells = [f"{each['p50']:.1f} / {each['p95']:.1f}" if each else "–" for each in found]
        table.add_row(f"{run['lines']:,} lines, {run['files']} files", *cells)
    console.print(table)
    console.print(
        f"The edited file has {runs[0]['file_lines']} lines. "
        f"One fsync of 4 KiB on this disk: {fsync['p50']:.2f} / {fsync['p95']:.2f} ms."
    )


def show_opening(console: Console, rows: list[dict[str, Any]]) -> None:
    table = Table(title="Opening a repository, by the patches in its ledger, milliseconds (p50 / p95)")
    for heading in ("patches", "opening", "beside the first row"):
        table.add_column(heading, justify="right")
    for row in rows:
        spread, first = row["opening"], rows[0]["opening"]
        growth = f"{spread['p50'] / first['p50']:.2f}"
        table.add_row(f"{row['patches']:,}", f"{spread['p50']:.1f} / {spread['p95']:.1f}", growth)
    console.print(table)


def show_races(console: Console, races: list[dict[str, Any]]) -> None:
    table = Table(title="TextEdits on 1 MB: ours beside vscode-languageserver-textdocument, milliseconds (median)")
    for heading in ("edits", "ours", "reference", "ratio", "ours, µs an edit"):
        table.add_column(heading, justify="right")
    for race in races:
        ours, reference = race["ours"]["p50"], race["reference"]["p50"]
        each = ours * 1000 / race["edits"]
        table.add_row(f"{race['edits']:,}", f"{ours:.1f}", f"{reference:.1f}", f"{race['ratio']:.2f}", f"{each:.2f}")
    console.print(table)
