"""Paths as submissions and tasks write them, made safe: repository-relative, with forward slashes, one spelling each.

A path may also be absolute when it lies inside the repository. The folders that count as the repository are its
``roots``: ``/repo``, where containers see it, and the real folders of the checkout.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from urllib.parse import quote, unquote_to_bytes

from runner.model.verdict import Refused
from runner.model.violations import violation

REPO = "/repo"
ROOT = f"file://{REPO}/"
ROOTS = (REPO,)
MAX_PATH = 1024
MAX_NAME = 255

_ESCAPE = re.compile(r"%[0-9A-Fa-f]{2}")
_LINES = re.compile(r":\d+(-\d+)?\Z")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")


def normalise(path: str, roots: Sequence[str] = ROOTS) -> str:
    """The repository-relative path that ``path`` (a ``file:///repo/...`` URI or a plain path) names.

    A URI is percent-decoded once; a plain path is taken as it is, and refused where it holds an escape, since one
    reader would decode it and the next would not. An absolute path loses the root that it begins with. Nothing is
    resolved: what is not already plain is refused. Raises ``Refused`` (``path.invalid``).
    """
    if path.lower().startswith("file:"):
        return checked(_from_uri(path, roots), path)
    if _SCHEME.match(path):
        raise _invalid(path, "it names a scheme or a drive")
    inside = _inside(path, roots) if path.startswith("/") else path
    if _ESCAPE.search(inside):
        raise _invalid(path, "it holds a percent escape")
    return checked(inside, path)


def is_absolute(path: str) -> bool:
    return path.startswith("/") or path.lower().startswith("file:")


def relative(path: str, roots: Sequence[str] = ROOTS) -> str:
    """``path``, normalised where it is absolute. For globs and for paths that are only compared. Raises ``Refused``."""
    return normalise(path, roots) if is_absolute(path) else path


def relative_address(address: str, roots: Sequence[str] = ROOTS) -> str:
    """``relative`` for ``src/a.ts#Shop.total``, or for lines such as ``src/a.ts:80-140``. Raises ``Refused``."""
    path, mark, name = split_address(address, roots)
    if mark:
        return f"{relative(path, roots)}#{name}"
    lines = _LINES.search(address)
    path = address[: lines.start()] if lines else address
    return relative(path, roots) + address[len(path) :]


def plain_address(address: str, roots: Sequence[str]) -> str:
    """A path, ``path#symbol`` or ``path:lines`` of a question. What cannot be made relative stays: it names no file."""
    try:
        return relative_address(address, roots)
    except Refused:
        return address


def split_address(address: str, roots: Sequence[str] = ROOTS) -> tuple[str, str, str]:
    """As ``address.partition("#")``, but for a root that holds a ``#`` itself."""
    root = max((each for each in roots if address.startswith(each + "/")), key=len, default="")
    path, mark, name = address[len(root) :].partition("#")
    return root + path, mark, name


def roots_of(folders: Iterable[str]) -> tuple[str, ...]:
    """The roots of a repository whose real folders are ``folders`` (absolute). The file system's own root is none."""
    plain = (folder.rstrip("/") for folder in folders)
    return tuple(dict.fromkeys((REPO, *(folder for folder in plain if folder.startswith("/")))))


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


def _inside(path: str, roots: Sequence[str]) -> str:
    """The absolute ``path`` without its root. Roots may lie in one another; then a path may have two readings."""
    found = {path.removeprefix(root + "/") for root in roots if path.startswith(root + "/")}
    if not found:
        raise _invalid(path, "it is absolute and not inside the repository")
    if len(found) > 1:
        raise _invalid(path, f"it can be read as {' and as '.join(sorted(found))}")
    return found.pop()


def _from_uri(uri: str, roots: Sequence[str]) -> str:
    """``file:///repo/`` comes before the other roots: it is how we write a URI ourselves."""
    starts = (ROOT, *(start for root in roots for start in (f"file://{quote(root)}/", f"file://{root}/")))
    start = next((start for start in starts if uri.startswith(start)), None)
    if start is None:
        raise _invalid(uri, f"a URI must begin with {ROOT}")
    rest = uri.removeprefix(start)
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
