"""Scripts that a package manager runs by itself: whoever installs the change would run them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from runner.gate.checks.permission.manifest import is_manifest
from runner.gate.inspection import Changed, Inspection
from runner.model.verdict import Violation
from runner.model.violations import violation
from runner.syntax.jsonc import parse_json

# Not ``prepare``: it is how a package builds itself, and people change it like any other script.
BY_ITSELF = ("preinstall", "install", "postinstall")
_HINT = "Take the script out, or let a person read it first and consent: --allow path.runs-code."


def check_scripts(inspection: Inspection) -> list[Violation]:
    return [
        violation("path.runs-code", f"{file.path} {what}", file=file.path, hint=_HINT)
        for file in inspection.files
        if is_manifest(file.path)
        for what in _gained(file)
    ]


def _gained(file: Changed) -> Iterator[str]:
    before, after = _scripts(file.before), _scripts(file.after)
    for name in BY_ITSELF:
        if name in after and after[name] != before.get(name):
            verb = "changes" if name in before else "gains"
            yield f"{verb} the script {name!r}, which runs at every install: {str(after[name])[:120]!r}"


def _scripts(text: str) -> Mapping[str, object]:
    try:
        manifest = parse_json(text)
    except ValueError:
        return {}
    scripts = manifest.get("scripts") if isinstance(manifest, dict) else None
    return scripts if isinstance(scripts, dict) else {}
