"""The API of one pass: its specialist submits here. Keeps what the report needs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from runner.model.events import RECOMMENDATION
from runner.model.report import PatchSummary, Recommendation
from runner.model.suggestions import hint_for
from runner.ports import Judge

MAX_RECOMMENDATIONS = 500
CONSENT = "edit.needs-confirmation"
_TEXTS = {"title": 300, "detail": 8000, "file": 1000, "rule": 200, "suggestion": 8000}


@dataclass
class RecordingPassApi:
    """See ``runner.ports.PassApi``. ``status`` is ``done`` or ``blocked`` once the specialist has said so."""

    task_json: dict[str, object]
    judge: Judge
    role: str
    task_id: str
    pass_id: str
    tell: Callable[[str, dict[str, object]], None]
    status: str | None = None
    why: str = ""
    patches: list[PatchSummary] = field(default_factory=list)
    recommendations: list[Recommendation] = field(default_factory=list)
    # A type check takes long, so the lock on the lists and the status must not be held during one.
    _judging: threading.Lock = field(default_factory=threading.Lock)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def task(self) -> dict[str, object]:
        return self.task_json

    def submit(self, submission: object) -> dict[str, object]:
        with self._judging:
            with self._lock:
                if self.status is not None:
                    raise ValueError(f"the pass has ended ({self.status}); it takes no more submissions")
            verdict = self._passed_on(self.judge.submit(submission), submission)
            reason = submission.get("reason", "") if isinstance(submission, dict) else ""
            with self._lock:
                self.patches.append(summary(verdict, str(reason)))
            return verdict

    def _passed_on(self, verdict: dict[str, object], submission: object) -> dict[str, object]:
        """An edit that needs a person's consent becomes a recommendation, and the verdict says which one."""
        violations = verdict["violations"]
        assert isinstance(violations, list)
        asked = next((each for each in violations if each["name"] == CONSENT), None)
        if asked is None or len(self.recommendations) >= MAX_RECOMMENDATIONS:
            return verdict
        given = submission if isinstance(submission, dict) else {}
        edit = json.dumps(given.get("edit"), ensure_ascii=False)
        detail = str(given.get("reason") or "") or "The edit carries an annotation with needsConfirmation."
        made = self.recommend(
            {
                "title": asked["message"],
                "detail": detail,
                "impact": 2,
                "rule": CONSENT,
                "suggestion": edit,
                "file": asked["file"],
            }
        )
        hint = f"It was put to a person, as recommendation {made['id']}."
        shown = [{**each, "hint": hint} if each is asked else each for each in violations]
        return {**verdict, "violations": shown}

    def recommend(self, recommendation: object) -> dict[str, object]:
        given = checked_recommendation(recommendation)
        with self._lock:
            if len(self.recommendations) >= MAX_RECOMMENDATIONS:
                raise ValueError(f"a pass may recommend {MAX_RECOMMENDATIONS} things at most")
            number = len(self.recommendations) + 1
            made = replace(given, id=f"{self.pass_id}-r{number}", specialist=self.role, task_id=self.task_id)
            self.recommendations.append(made)
        kept = ("id", "title", "detail", "impact", "file", "line", "rule", "suggestion")
        self.tell(RECOMMENDATION, {name: getattr(made, name) for name in kept})
        return {"id": made.id}

    def finish(self, status: str, why: str) -> dict[str, object]:
        if status not in ("done", "blocked"):
            raise ValueError("status must be done or blocked")
        with self._lock:
            if self.status is None:
                self.status, self.why = status, str(why)[:2000]
        return {}

    def count(self, status: str) -> int:
        return sum(patch.status == status for patch in self.patches)


def checked_recommendation(data: object) -> Recommendation:
    """The recommendation without its ids. Raises ``ValueError``, naming the key that is wrong."""
    if not isinstance(data, dict):
        raise ValueError("a recommendation is an object")
    known = (*_TEXTS, "impact", "line")
    if unknown := sorted(set(data) - set(known)):
        raise ValueError(f"unknown key {unknown[0]!r}. {hint_for(unknown[0], known)}".removesuffix(". "))
    found: dict[str, str] = {}
    for key, limit in _TEXTS.items():
        value = data.get(key)
        if value is None and key not in ("title", "detail"):
            continue
        if not isinstance(value, str) or (key == "title" and not value.strip()):
            raise ValueError(f"{key} must be a text")
        found[key] = value[:limit]
    impact, line = data.get("impact"), data.get("line")
    if not isinstance(impact, int) or isinstance(impact, bool) or not 1 <= impact <= 3:
        raise ValueError("impact must be 1, 2 or 3")
    if line is not None and (not isinstance(line, int) or isinstance(line, bool) or line < 1):
        raise ValueError("line must be 1 or more")
    title, detail = found.pop("title"), found.pop("detail")
    return Recommendation("", "", "", title, detail, impact, line=line, **found)


def summary(verdict: dict[str, object], reason: str) -> PatchSummary:
    """The part of a verdict that the report keeps."""
    stats = verdict["stats"]
    violations = verdict["violations"]
    edits = verdict["edits"]
    removes = verdict.get("removes", [])
    assert isinstance(stats, dict) and isinstance(violations, list) and isinstance(edits, dict)
    assert isinstance(removes, list)
    return PatchSummary(
        patch_id=str(verdict["patch_id"]),
        status=str(verdict["status"]),
        reason=reason or f"an edit of {', '.join(_files(str(verdict['diff']))) or 'nothing'}",
        files=_files(str(verdict["diff"])),
        added=int(stats["added"]),
        removed=int(stats["removed"]),
        snapshot=str(verdict["snapshot"]) if verdict["snapshot"] else None,
        violations=tuple(map(_in_words, violations)),
        diff=str(verdict["diff"]),
        removes=tuple(str(each) for each in removes),
        typecheck=str(verdict.get("typecheck", "skipped")),
    )


def _in_words(violation: dict[str, object]) -> str:
    what = "advice: " if violation.get("severity") == "advice" else ""
    return f"{what}{violation['code']} {violation['name']}: {violation['message']}"


def _files(diff: str) -> tuple[str, ...]:
    """The files that one of our unified diffs names, from its ``diff --git`` lines."""
    heads = [line for line in diff.split("\n") if line.startswith("diff --git ")]
    return tuple(dict.fromkeys(head.rpartition(" b/")[2].rstrip('"') for head in heads))
