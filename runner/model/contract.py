"""Contracts: what edits of a role may do at all. A contract is data; the gate's checks enforce it.

In an order a contract is a list of terms, and all of them hold together:

* ``comments-only``, ``formatting-only``, ``imports-only``: what of a source file may change
* ``inside-spans``: the edits keep to the task's spans, symbols and paths (this holds always; the term says it aloud)
* ``tests-only``, ``new-files-only``, ``paths:GLOB`` (every touched path matches one such glob)
* ``manifest-keys:KEY,…``: of a ``package.json``, only these keys (``scripts.test``; ``scripts`` is all of them)
* ``max-changed:RATIO``: the share of a file that may go, from 0 to 1, in place of the order's policy
* ``allow:NAME``: a kind of violation that the role may commit, of those in ``GRANTABLE``
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from runner.model.suggestions import closest, did_you_mean

TEST_PATHS = ("tests/**", "test/**", "**/tests/**", "**/__tests__/**")
TERMS = ("comments-only", "formatting-only", "imports-only", "inside-spans", "tests-only", "new-files-only")
_WITH_VALUE = ("paths:", "manifest-keys:", "max-changed:", "allow:")
GRANTABLE = (
    "path.runs-code",
    "clobber.declaration-lost",
    "clobber.stub",
    "clobber.weakened-check",
    "clobber.duplicate-declaration",
    "clobber.whole-file-rewrite",
    "clobber.reformatting-noise",
    "clobber.misindented",
    "clobber.import-lost",
    "clobber.joined-lines",
    "clobber.misplaced",
)

# The contract term by which a person consents to an edit that is otherwise refused.
_CONSENT = {
    "clobber.too-much-changed": "max-changed:1",
    **{
        name: f"allow:{name}"
        for name in (
            "path.runs-code",
            "clobber.stub",
            "clobber.weakened-check",
            "clobber.duplicate-declaration",
            "clobber.whole-file-rewrite",
        )
    },
}


def consent_to(name: str) -> str | None:
    """The line that a person would add to a stage of the order to consent; None if no line would."""
    term = _CONSENT.get(name)
    return None if term is None else f'"contract": ["{term}"]'


@dataclass(frozen=True, slots=True)
class Contract:
    """Empty ``paths`` mean any path. ``inside_spans`` keeps the edits inside the task's spans, symbols and paths.

    With ``manifest_keys``, only package.json may change (besides ``paths``), and only these keys of it.
    """

    inside_spans: bool = True
    comments_only: bool = False
    formatting_only: bool = False
    imports_only: bool = False
    new_files_only: bool = False
    paths: tuple[str, ...] = ()
    manifest_keys: tuple[str, ...] = ()
    max_changed_ratio: float | None = None
    allow: tuple[str, ...] = ()

    def terms(self) -> tuple[str, ...]:
        named = {
            "comments-only": self.comments_only,
            "formatting-only": self.formatting_only,
            "imports-only": self.imports_only,
            "inside-spans": self.inside_spans,
            "new-files-only": self.new_files_only,
        }
        found = [term for term, held in named.items() if held]
        found += [f"paths:{glob}" for glob in self.paths]
        if self.manifest_keys:
            found.append(f"manifest-keys:{','.join(self.manifest_keys)}")
        if self.max_changed_ratio is not None:
            found.append(f"max-changed:{self.max_changed_ratio:g}")
        return (*found, *(f"allow:{name}" for name in self.allow))


def parse_contract(terms: Iterable[str]) -> Contract:
    """Raises ``ValueError`` with the list of known terms for an unknown one. The task's scope always applies."""
    given = tuple(terms)
    for term in given:
        if term not in TERMS and not (term.startswith(_WITH_VALUE) and term.partition(":")[2]):
            known = ", ".join((*TERMS, "paths:GLOB", "manifest-keys:KEY,…", "max-changed:RATIO", "allow:NAME"))
            meant = did_you_mean(closest(term, (*TERMS, *_WITH_VALUE)))
            raise ValueError(f"unknown contract term {term!r}; known: {known}. {meant}".strip())
    allow = _values(given, "allow:")
    if unknown := [name for name in allow if name not in GRANTABLE]:
        meant = did_you_mean(closest(unknown[0], GRANTABLE))
        raise ValueError(f"{unknown[0]!r} cannot be allowed; these can: {', '.join(GRANTABLE)}. {meant}".strip())
    keys = tuple(key.strip() for value in _values(given, "manifest-keys:") for key in value.split(","))
    if not all(keys):
        raise ValueError("manifest-keys has an empty key")
    ratios = [_ratio(value) for value in _values(given, "max-changed:")]
    return Contract(
        comments_only="comments-only" in given,
        formatting_only="formatting-only" in given,
        imports_only="imports-only" in given,
        new_files_only="new-files-only" in given,
        paths=_values(given, "paths:") + (TEST_PATHS if "tests-only" in given else ()),
        manifest_keys=keys,
        max_changed_ratio=min(ratios, default=None),
        allow=allow,
    )


def _values(terms: tuple[str, ...], prefix: str) -> tuple[str, ...]:
    return tuple(term.removeprefix(prefix) for term in terms if term.startswith(prefix))


def _ratio(value: str) -> float:
    try:
        ratio = float(value)
    except ValueError:
        ratio = -1.0
    if not 0 <= ratio <= 1:
        raise ValueError(f"max-changed:{value} is not a share from 0 to 1")
    return ratio
