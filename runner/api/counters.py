"""Plain counters in Prometheus' text format (version 0.0.4)."""

from __future__ import annotations

import threading
from collections import defaultdict

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_HELP = {
    "patchgate_submissions_total": "Submissions by the status of their verdict.",
    "patchgate_submission_seconds_total": "Time that submissions took, waiting included.",
    "patchgate_http_responses_total": "HTTP responses by status code.",
}


class Counters:
    """``add`` may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._values: defaultdict[tuple[str, str], float] = defaultdict(float)

    def add(self, name: str, label: str = "", amount: float = 1) -> None:
        """``label`` is ``key="value"``. ``name`` is one of those described above."""
        with self._lock:
            self._values[name, label] += amount

    def text(self) -> str:
        with self._lock:
            values = sorted(self._values.items())
        lines: list[str] = []
        for name, help in _HELP.items():
            lines += [f"# HELP {name} {help}", f"# TYPE {name} counter"]
            lines += [
                f"{name}{{{label}}} {value:.15g}" if label else f"{name} {value:.15g}"
                for (each, label), value in values
                if each == name
            ]
        return "\n".join(lines) + "\n"
