"""Live progress of a run on standard error: a table on a terminal, otherwise one line per event."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from runner.model import events
from runner.model.events import Event
from runner.model.plain import duration, safe

_MARKS = {
    "done": ("✓", "green"),
    "blocked": ("■", "yellow"),
    "failed": ("✗", "red"),
    "cancelled": ("■", "yellow"),
    "skipped": ("–", "dim"),
}


@dataclass
class _Row:
    specialist: str
    task: str
    status: str = "waiting"
    container: str = ""
    applied: int = 0
    rejected: int = 0
    advice: int = 0
    start: float | None = None
    took_ms: float = 0.0
    last: str = ""


@dataclass
class LiveProgress:
    """A context manager. ``show`` takes the run's events from any thread."""

    console: Console
    _rows: list[_Row] = field(default_factory=list)
    _passes: dict[str, _Row] = field(default_factory=dict)
    _title: str = ""
    _stage: str = "starting"
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _live: Live | None = None

    def __enter__(self) -> LiveProgress:
        if self.console.is_terminal:
            self._live = Live(get_renderable=self._render, console=self.console, refresh_per_second=8, transient=True)
            self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live is not None:
            self._live.stop()

    def say(self, line: str) -> None:
        """What happens before the first pass."""
        self._stage = line
        self._print(line)

    def show(self, event: Event) -> None:
        with self._lock:
            self._take(event)
        line = one_line(event)
        if line:
            self._print(line)

    def _print(self, line: str) -> None:
        if self._live is None:
            self.console.print(f"[{time.strftime('%H:%M:%S')}] {line}", highlight=False, markup=False, soft_wrap=True)

    def _take(self, event: Event) -> None:
        data = event.data
        if event.kind == events.ORDER_STARTED:
            self._title = str(data["title"])
            planned = data["passes"]
            assert isinstance(planned, list)
            self._rows = [_Row(str(each["title"]), str(each["task_id"])) for each in planned]
            return
        if event.kind == events.PASS_STARTED and event.pass_id:
            number = int(event.pass_id.split("-")[1]) - 1
            row = self._passes[event.pass_id] = self._rows[number]
            row.status, row.start = "running", time.monotonic()
            return
        row_of = self._passes.get(event.pass_id or "")
        if row_of is None:
            return
        line = one_line(event)
        row_of.last = line.partition(": ")[2] or line or row_of.last
        if event.kind == events.CONTAINER_CREATED:
            row_of.container = str(data["container"])[:12]
        elif event.kind == events.PATCH_APPLIED:
            row_of.applied += 1
        elif event.kind == events.PATCH_REJECTED:
            row_of.rejected += 1
        elif event.kind == events.RECOMMENDATION:
            row_of.advice += 1
        elif event.kind == events.PASS_ENDED:
            row_of.status, row_of.took_ms = str(data["status"]), float(str(data["duration_ms"]))

    def _render(self) -> RenderableType:
        with self._lock:
            if not self._rows:
                return Spinner("dots", Text(f" {self._stage} …"))
            table = Table(box=None, padding=(0, 1), header_style="dim")
            for name in ("", "specialist", "task", "container", "applied", "rejected", "advice", "time", "now"):
                table.add_column(name, justify="right" if name in ("applied", "rejected", "advice", "time") else "left")
            for row in self._rows:
                table.add_row(*self._cells(row))
            return Group(Text(safe(self._title), style="bold"), table)

    def _cells(self, row: _Row) -> list[RenderableType]:
        mark: RenderableType = (
            Spinner("dots") if row.status == "running" else Text(*_MARKS.get(row.status, ("·", "dim")))
        )
        took = row.took_ms or ((time.monotonic() - row.start) * 1000 if row.start else 0)
        return [
            mark,
            row.specialist,
            row.task,
            Text(row.container, style="dim"),
            Text(str(row.applied), style="green" if row.applied else "dim"),
            Text(str(row.rejected), style="red" if row.rejected else "dim"),
            Text(str(row.advice), style="cyan" if row.advice else "dim"),
            duration(took) if took else "",
            Text(safe(row.last, limit=70), style="dim", no_wrap=True, overflow="ellipsis"),
        ]


def one_line(event: Event) -> str:
    """An event for a log; empty for events that mean nothing to a person."""
    data = event.data
    who = (event.pass_id or "").split("-", 2)[-1].rpartition("-")[0]
    if event.kind == events.ORDER_STARTED:
        return f"{safe(str(data['title']))}: trace {event.trace_id}, {data['base_errors']} tsc errors at the start"
    if event.kind == events.CONTAINER_CREATED:
        return f"{who}: container {str(data['container'])[:12]} of {data['image']}"
    if event.kind == events.PATCH_APPLIED:
        stats = data["stats"]
        assert isinstance(stats, dict)
        files = data["files"]
        assert isinstance(files, list)
        return f"{who}: applied +{stats['added']} -{stats['removed']} {safe(', '.join(files[:3]))}: {safe(str(data['reason']))}"
    if event.kind == events.PATCH_REJECTED:
        violations = data["violations"]
        assert isinstance(violations, list)
        first = f"{violations[0]['code']} {violations[0]['message']}" if violations else ""
        return f"{who}: {data['status']} {safe(first, limit=300)}"
    if event.kind == events.RECOMMENDATION:
        place = f" ({data['file']}:{data['line']})" if data.get("file") else ""
        return f"{who}: recommends (impact {data['impact']}) {safe(str(data['title']))}{safe(place)}"
    if event.kind == events.NOTE:
        return f"{who}: {safe(str(data['text']))}"
    if event.kind == events.PASS_ENDED:
        took = duration(float(str(data["duration_ms"])))
        counts = f"{data['applied']} applied, {data['rejected']} rejected"
        return f"{who}: {data['status']} in {took}: {counts}. {safe(str(data['detail']))}"
    return ""
