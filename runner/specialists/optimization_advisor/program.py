"""Optimization Advisor: ast-grep rules, the safe ones as edits, the others as recommendations.

A "safe" rule is still only a proposal. If the gate refuses it (because the types say otherwise), it becomes a
recommendation that quotes the gate's reason.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from runner.model.contract import Contract
from runner.model.order import Limits
from runner.specialists.kit.base import Role, Session
from runner.specialists.kit.changes import Spent, allowed_lines, most_files, submit_in_parts
from runner.specialists.kit.language import is_source
from runner.specialists.kit.text import Edit
from runner.specialists.optimization_advisor.ast_grep import AstGrepFailed, Match, rule_texts, scan

ROLE = Role(
    name="optimization-advisor",
    title="Optimization Advisor",
    summary="Replaces hand-made ids, clones and the like by the platform's own; recommends what needs a person.",
    contract=Contract(),
    limits=Limits(wall_s=600.0, submissions=200),
)
_A_FILE_AND_RULE = 5


def run(session: Session) -> None:
    files = sorted(path for path in session.files() if is_source(path))
    rules = rule_texts()
    packages = _packages(session)
    try:
        found = [one for one in scan(session.repo, files, rules.values()) if one.requires in (None, *packages)]
    except AstGrepFailed as failed:
        session.block(str(failed))
        return
    inside = {path: allowed_lines(session, path) for path in files}
    found = [one for one in found if inside[one.file](one.line, one.line)]
    chosen = list(dict.fromkeys(one.file for one in found))[: most_files(session, len(files))]
    groups = _grouped([one for one in found if one.file in chosen])
    session.log(f"{ROLE.name}: {len(files)} files, {len(rules)} rules, {len(found)} matches")
    landed = refused = 0
    advised = sum(_advise(session, group) for group in groups.values() if not _mends(group))
    try:
        for (path, rule), group in groups.items():
            if _mends(group):
                done, left = _mend(session, path, rules[rule])
                landed, refused = landed + done, refused + left
    except (Spent, AstGrepFailed) as stopped:
        session.log(f"{ROLE.name}: stopping: {stopped}")
    session.done(f"{landed} places mended, {refused} refused and recommended, {advised} recommendations")


def _packages(session: Session) -> frozenset[str]:
    """The packages that the project depends on."""
    try:
        manifest = json.loads((session.repo / "package.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return frozenset()
    named: set[str] = set()
    for key in ("dependencies", "devDependencies", "peerDependencies"):
        part = manifest.get(key) if isinstance(manifest, dict) else None
        named |= set(part) if isinstance(part, Mapping) else set()
    return frozenset(named)


def _grouped(matches: Sequence[Match]) -> dict[tuple[str, str], list[Match]]:
    groups: dict[tuple[str, str], list[Match]] = {}
    for one in matches:
        groups.setdefault((one.file, one.rule), []).append(one)
    return dict(sorted(groups.items()))


def _mends(group: Sequence[Match]) -> bool:
    return all(one.safe and one.replacement is not None for one in group)


def _mend(session: Session, path: str, rule: str) -> tuple[int, int]:
    """One rule in one file, in its current state. Returns how many places landed, and how many were refused."""
    # From the bottom up, so that what lands does not move the places still to come.
    inside = allowed_lines(session, path)
    found = [one for one in scan(session.repo, [path], [rule]) if inside(one.line, one.line)]
    places = sorted(found, key=lambda one: -one.start)
    if not places:
        return 0, 0

    def edits(text: str, items: Sequence[Match]) -> list[Edit]:
        still = [one for one in items if text[one.start : one.end] == one.text]
        return [Edit(one.start, one.end, one.replacement or "") for one in reversed(still)]

    def reason(items: Sequence[Match]) -> str:
        times = f" ({len(items)} places)" if len(items) > 1 else ""
        return f"{items[0].title}{times} in {path}"

    tried = submit_in_parts(session, path, places, edits, reason)
    session.log(f"{ROLE.name}: {path}: {places[0].rule}: {len(tried.landed)} of {len(places)} applied")
    for one, why in reversed(tried.refused):
        session.recommend(
            one.title,
            f"{one.message} The gate refused the change: {why}",
            one.impact,
            file=path,
            line=one.line,
            rule=one.rule,
            suggestion=f"{one.text} → {one.replacement}",
        )
    return len(tried.landed), len(tried.refused)


def _advise(session: Session, group: Sequence[Match]) -> int:
    """One recommendation per place. The last one of a long list names the remaining lines."""
    shown, left = group[:_A_FILE_AND_RULE], group[_A_FILE_AND_RULE:]
    for index, one in enumerate(shown):
        more = (
            f" Also in lines {', '.join(str(other.line) for other in left)}."
            if left and index == len(shown) - 1
            else ""
        )
        first_line = " ".join(one.text.split())
        session.recommend(
            one.title,
            f"{one.message} Here: `{first_line[:120]}`.{more}",
            one.impact,
            file=one.file,
            line=one.line,
            rule=one.rule,
            suggestion=one.replacement,
        )
    session.log(f"{ROLE.name}: {group[0].file}: {group[0].rule}: {len(group)} recommended")
    return len(shown)
