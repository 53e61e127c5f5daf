"""URIs of the repository's files. Everywhere else they are ``file:///repo/<path>``, wherever the files really are."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

REPO = "/repo"
_SAFE = "/!$&'()*+,;=:@~-._"


def uri_of(path: str, root: str = REPO) -> str:
    """``src/a.ts`` to ``file:///repo/src/a.ts``."""
    return "file://" + quote(f"{root}/{path}" if path else root, safe=_SAFE)


def path_of(uri: str, root: str = REPO) -> str | None:
    """The repository-relative path of a URI, or None for a file outside (a library, another scheme).

    The server escapes more characters than it must, ``@`` among them, so the comparison is made unescaped.
    """
    if not uri.startswith("file://"):
        return None
    path = unquote(uri.removeprefix("file://"))
    inside = path[len(root) + 1 :] if path.startswith(root + "/") else ""
    return inside if inside and not {"", ".", ".."} & set(inside.split("/")) else None


def moved(value: Any, old: str, new: str) -> Any:
    """``value`` (plain JSON) with the file URIs below the folder ``old`` turned into ones below ``new``."""
    if old == new:
        return value
    if isinstance(value, str):
        path = path_of(value, old) if value.startswith("file://") else None
        if path is not None:
            return uri_of(path, new)
        return uri_of("", new) if value == uri_of("", old) else value
    if isinstance(value, list):
        return [moved(item, old, new) for item in value]
    if isinstance(value, dict):
        return {moved(key, old, new): moved(item, old, new) for key, item in value.items()}
    return value
