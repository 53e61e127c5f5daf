"""The block-style YAML that package managers write, read by indentation.

Only maps of scalars: enough for ``pnpm-lock.yaml``, ``pnpm-workspace.yaml`` and both kinds of ``yarn.lock``. Unlike a YAML
parser it takes time in proportion to the text, whatever the text is.
"""

from __future__ import annotations

from collections.abc import Iterator

_DEEPEST = 12
_LONGEST = 4000


def entries(text: str) -> Iterator[tuple[tuple[str, ...], str]]:
    """Each key with a value, as the path of its keys. A later document of the same text goes on at the top."""
    above: list[tuple[int, str]] = []
    for line in text.splitlines():
        inner = line.lstrip(" ")
        if not inner or inner[0] in "#-" or len(line) > _LONGEST:
            continue
        split = _key(inner)
        if split is None:
            continue
        indent = len(line) - len(inner)
        while above and above[-1][0] >= indent:
            above.pop()
        key, value = split
        if value:
            yield (*(name for _, name in above), key), value
        elif len(above) < _DEEPEST:
            above.append((indent, key))


def _key(text: str) -> tuple[str, str] | None:
    """The key and the value of ``key: value``, ``key:`` or yarn's ``key "value"``."""
    if text[0] in "'\"":
        end = text.find(text[0], 1)
        # Yarn's old format lists several quoted keys in one line: they stay together, quotes and all.
        if end < 0 or text[end + 1 : end + 2] == ",":
            return (text.rstrip()[:-1], "") if text.rstrip().endswith(":") else None
        key, rest = text[1:end], text[end + 1 :]
        if rest.startswith(":"):
            return key, _scalar(rest[1:])
        return (key, _scalar(rest)) if rest.startswith(" ") else None
    if text.rstrip().endswith(":"):
        return text.rstrip()[:-1], ""
    key, colon, rest = text.partition(": ")
    if not colon:
        key, _, rest = text.partition(" ")
    return (key.strip(), _scalar(rest)) if rest else None


def _scalar(text: str) -> str:
    text = text.strip()
    if text[:1] in ("'", '"'):
        return text[1:].partition(text[0])[0]
    return text.partition(" #")[0].strip() if not text.startswith("#") else ""
