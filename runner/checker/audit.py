"""The audit: a share of the warm verdicts is repeated cold. If one differs, the warm checker is switched off.

What is needed to reproduce a difference is kept in a folder: the base, the candidate's files, and both results.
"""

from __future__ import annotations

import base64
import json
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from runner.errors import CheckerError
from runner.model.diagnostics import CheckResult, Diagnostic
from runner.model.tree import Candidate

SHARE = 20
_OFF = "warm-checker-off.json"
_CASES = "differences"
CLEAR = "patchgate doctor --trust-checker"


@dataclass
class Audit:
    """``folder`` keeps the differences; ``share`` is one in how many verdicts is repeated, 0 for none."""

    folder: Path
    share: int = SHARE
    _count: int = field(default=0, init=False)

    def due(self) -> bool:
        """Whether the verdict that was just given is to be repeated."""
        self._count += 1
        return self.share > 0 and self._count % self.share == 0

    @property
    def off(self) -> str:
        """Where the difference is kept that switched the warm checker off; empty if it is on."""
        try:
            return str(json.loads((self.folder / _OFF).read_text("utf-8"))["case"])
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError, TypeError):
            return str(self.folder / _OFF)

    def clear(self) -> None:
        """Trust the warm checker again. The kept cases stay."""
        (self.folder / _OFF).unlink(missing_ok=True)

    def compare(self, candidate: Candidate, projects: Sequence[str], warm: CheckResult, cold: CheckResult) -> None:
        """Raises ``CheckerError`` if the two differ: in the verdict, or in the new errors that both looked for."""
        seen, all_of_them = _keys(warm.new), _keys(cold.new)
        same_verdict = bool(seen) == bool(all_of_them)
        if same_verdict and (seen <= all_of_them if warm.partial else seen == all_of_them):
            return
        case = self._keep(candidate, projects, warm, cold)
        raise CheckerError(
            f"the warm checker and the cold compiler differ on a candidate; all of it is kept in {case}",
            f"From now on only the cold compiler is used. Report the folder; to trust the warm one again: {CLEAR}",
        )

    def _keep(self, candidate: Candidate, projects: Sequence[str], warm: CheckResult, cold: CheckResult) -> Path:
        cases = self.folder / _CASES
        cases.mkdir(parents=True, exist_ok=True)
        case = cases / f"{candidate.base[:12]}-{len(list(cases.iterdir())) + 1}"
        shutil.rmtree(case, ignore_errors=True)
        case.mkdir()
        found = {
            "version": 1,
            "base": candidate.base,
            "projects": list(projects),
            "files": {
                path: None if state is None else base64.b64encode(state.content).decode()
                for path, state in candidate.files.items()
            },
            "warm": [_shown(error) for error in warm.new],
            "cold": [_shown(error) for error in cold.new],
        }
        (case / "case.json").write_text(json.dumps(found, indent=1), "utf-8")
        (self.folder / _OFF).write_text(json.dumps({"version": 1, "case": str(case)}), "utf-8")
        return case


def _keys(errors: Iterable[Diagnostic]) -> set[tuple[str, int, int, str]]:
    return {(error.file, error.line, error.character, error.code) for error in errors}


def _shown(error: Diagnostic) -> str:
    return f"{error.project}: {error.file}({error.line + 1},{error.character + 1}): {error.code}: {error.message}"
