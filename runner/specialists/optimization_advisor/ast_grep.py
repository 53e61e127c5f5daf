"""Runs ast-grep's binary over files, with the rules of ``rules/*.yml``.

A rule file has ast-grep's own format. Its ``metadata`` has ``title``, ``impact`` (1–3), ``safe`` (its ``fix`` may be
submitted without asking) and, if it applies only together with a package, ``requires``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runner.specialists.kit import processes

RULES = Path(__file__).with_name("rules")
# Linux takes no single argument longer than 128 KiB, and no more than about 2 MiB in all.
_FILES_AT_ONCE = 400


class AstGrepFailed(Exception):
    """ast-grep could not be run, or does not understand a rule."""


@dataclass(frozen=True, slots=True)
class Match:
    """``start`` and ``end`` are offsets (code points) in the file's text without its BOM; ``line`` is 1-based."""

    rule: str
    file: str
    start: int
    end: int
    line: int
    text: str
    replacement: str | None
    message: str
    title: str
    impact: int
    safe: bool
    requires: str | None


def rule_texts(folder: Path = RULES) -> dict[str, str]:
    """Every rule by its id, which is its file name."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.yml"))}


def scan(repo: Path, files: Sequence[str], rules: Iterable[str], *, timeout_s: float = 60.0) -> list[Match]:
    """All matches of ``rules`` (texts), sorted by file and place. Of overlapping matches of one rule, the outermost.

    Raises ``AstGrepFailed``.
    """
    texts = list(rules)
    found: list[Match] = []
    for begin in range(0, len(files), _FILES_AT_ONCE):
        some = files[begin : begin + _FILES_AT_ONCE]
        for language, ends in (("TypeScript", (".ts", ".mts", ".cts")), ("Tsx", (".tsx",))):
            chosen = [path for path in some if path.endswith(ends)]
            if chosen:
                found += _scan(repo, chosen, [_spoken(text, language) for text in texts], timeout_s)
    return _outermost(found)


def _scan(repo: Path, files: Sequence[str], rules: Sequence[str], timeout_s: float) -> list[Match]:
    inline = "\n---\n".join(rules)
    command = ["ast-grep", "scan", "--json=compact", "--include-metadata", f"--inline-rules={inline}", "--", *files]
    try:
        ended = processes.run(command, cwd=repo, timeout_s=timeout_s)
    except OSError as error:
        raise AstGrepFailed(f"ast-grep does not start: {error}") from error
    if ended.exit_code not in (0, 1):  # 1 says that a rule of severity "error" matched
        raise AstGrepFailed(f"ast-grep: {processes.last_line(ended.stderr)}")
    try:
        answers = json.loads(ended.stdout)
    except ValueError as error:
        raise AstGrepFailed(f"ast-grep: {processes.last_line(ended.stderr)}") from error
    raw = {path: (repo / path).read_bytes() for path in {str(one["file"]) for one in answers}}
    return [_match(one, raw[str(one["file"])]) for one in answers]


def _match(one: Mapping[str, Any], raw: bytes) -> Match:
    span = one.get("replacementOffsets") or one["range"]["byteOffset"]
    start, end = (_offset(raw, int(span[side])) for side in ("start", "end"))
    about = one.get("metadata") or {}
    return Match(
        rule=str(one["ruleId"]),
        file=str(one["file"]),
        start=start,
        end=end,
        line=int(one["range"]["start"]["line"]) + 1,
        text=str(one["text"]),
        replacement=one.get("replacement"),
        message=str(one["message"]),
        title=str(about["title"]),
        impact=int(about["impact"]),
        safe=about["safe"] is True,
        requires=about.get("requires"),
    )


def _offset(raw: bytes, at: int) -> int:
    """ast-grep counts bytes, including the BOM's three."""
    return len(raw[:at].decode("utf-8-sig"))


def _outermost(matches: Iterable[Match]) -> list[Match]:
    kept: list[Match] = []
    for one in sorted(matches, key=lambda match: (match.file, match.rule, match.start, -match.end)):
        last = kept[-1] if kept else None
        if last and (last.file, last.rule) == (one.file, one.rule) and one.start < last.end and one.end <= last.end:
            continue
        kept.append(one)
    return sorted(kept, key=lambda match: (match.file, match.start, match.rule))


def _spoken(rule: str, language: str) -> str:
    """The rule for another dialect: patterns are parsed in the dialect of the file."""
    return rule.replace("language: TypeScript", f"language: {language}", 1)
