"""Normalises paths from submissions: relative to the repository, with forward slashes, one spelling each."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote_to_bytes

from runner.model.verdict import Refused
from runner.model.violations import violation

ROOT = "file:///repo/"
MAX_PATH = 1024
MAX_NAME = 255

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def normalise(path: str) -> str:
    """The repository-relative path that ``path`` (a ``file:///repo/...`` URI or a plain path) names.

    A URI is percent-decoded once. A plain path is taken as it is, but refused if it contains an escape, since one
    reader would decode it and the next would not. Nothing is resolved: a path that is not already plain is refused.
    Raises ``Refused`` (``path.invalid``).
    """
    if path.lower().startswith("file:"):
        return checked(_from_uri(path), path)
    if _SCHEME.match(path):
        raise _invalid(path, "it names a scheme or a drive")
    if _ESCAPE.search(path):
        raise _invalid(path, "it holds a percent escape")
    return checked(path, path)


def checked(path: str, shown: str | None = None) -> str:
    """``path`` itself, if each of its segments is a plain name. Raises ``Refused`` (``path.invalid``)."""
    shown = path if shown is None else shown
    if not path:
        raise _invalid(shown, "it is empty")
    if path.startswith("/"):
        raise _invalid(shown, "it is absolute")
    if "\\" in path:
        raise _invalid(shown, "it holds a backslash")
    if any(unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") for character in path):
        raise _invalid(shown, "it holds a control or an invisible character")
    if _SCHEME.match(path):
        raise _invalid(shown, "it names a scheme or a drive")
    if len(path.encode()) > MAX_PATH:
        raise _invalid(shown, f"it is longer than {MAX_PATH} bytes")
    for segment in path.split("/"):
        if segment in ("", ".", ".."):
            raise _invalid(shown, f"it has a segment {segment!r}")
        if len(segment.encode()) > MAX_NAME:
            raise _invalid(shown, f"a name in it is longer than {MAX_NAME} bytes")
        if segment != segment.rstrip(" .") or segment != segment.lstrip(" "):
            raise _invalid(shown, "a name in it begins or ends with a space, or ends with a dot")
    return path


def to_uri(path: str) -> str:
    """``file:///repo/<path>``, percent-encoded; the reverse of ``normalise``."""
    return ROOT + quote(path)


def _from_uri(uri: str) -> str:
    if not uri.startswith(ROOT):
        raise _invalid(uri, f"a URI must begin with {ROOT}")
    rest = uri.removeprefix(ROOT)
    if "?" in rest or "#" in rest:
        raise _invalid(uri, "a URI may have no query and no fragment")
    if rest.count("%") != len(_ESCAPE.findall(rest)):
        raise _invalid(uri, "it has a broken percent escape")
    try:
        decoded = unquote_to_bytes(rest).decode()
    except UnicodeError:  # undecodable escapes, or a lone surrogate beside them
        raise _invalid(uri, "its escapes are not UTF-8") from None
    if decoded.count("/") != rest.count("/") or decoded.count(".") != rest.count("."):
        raise _invalid(uri, "an escape stands for a slash or a dot")
    if _ESCAPE.search(decoded):
        raise _invalid(uri, "it is escaped twice")
    return decoded


def _invalid(path: str, why: str) -> Refused:
    shown = path if len(path) <= 200 else path[:200] + "…"
    return Refused(violation("path.invalid", f"The path {shown!r} cannot be used: {why}."))
