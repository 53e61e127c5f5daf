"""What a manifest's text for a dependency (``^5.9.0``, ``npm:…``, ``next``, a git address) means as a version. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from runner.checker.toolchain.versions import parse_range

_LONGEST = 300
_ALIAS = re.compile(r"npm:(@?[\w.~-]+(?:/[\w.~-]+)?)(?:@(.+))?")
_PATCH = re.compile(r"patch:[^@]*@(?:npm:)?([^#:]+)")
_TAGGED_SOURCE = re.compile(r"#(?:semver:)?[\^~=v]*(\d{1,6}\.\d{1,6}\.\d{1,6})$")
_TAG = re.compile(r"[A-Za-z][\w.-]{0,40}")


@dataclass(frozen=True, slots=True)
class Meant:
    """``version`` is exact, a range or ``latest``. ``package`` is what an alias stands for, empty for none."""

    version: str
    package: str = ""
    note: str = ""


def meaning(text: str) -> Meant | None:
    """None if it is nothing that could be a release of TypeScript."""
    text = text.strip()[:_LONGEST]
    if alias := _ALIAS.fullmatch(text):
        if alias[1] != "typescript" and not alias[1].startswith("@typescript/"):
            return None
        inner = _release(alias[2] or "*")
        return inner and Meant(inner.version, "" if alias[1] == "typescript" else alias[1], inner.note)
    if patch := _PATCH.match(unquote(text)):
        inner = _release(patch[1])
        return inner and Meant(inner.version, note="the repository patches its TypeScript")
    return _release(text.removeprefix("npm:").removeprefix("workspace:"))


def _release(text: str) -> Meant | None:
    if parse_range(text) is not None:
        return Meant(text or "*")
    if text == "latest":
        return Meant("latest")
    if source := _TAGGED_SOURCE.search(text):
        return Meant(source[1], note="TypeScript comes from a repository, not from npm")
    if _TAG.fullmatch(text):
        return Meant("latest", note=f"typescript@{text} is a moving preview")
    return None
