"""Files that are not code: which of them no compiler reads, and when two JSON texts are the same to types."""

from __future__ import annotations

import re

# A file of any other kind may be read: as code, as JSON, as a lock file or as build info.
_KINDS = """md mdx markdown rst txt css scss sass less styl html htm svg png jpg jpeg gif webp avif ico bmp pdf woff woff2
    ttf otf eot mp3 mp4 webm wav csv tsv sql graphql gql proto prisma sh bash zsh ps1 bat py rb go rs java kt swift c h cpp
    toml yml yaml ini cfg conf xml xsd po pot snap diff patch log tf dockerfile"""
_NAMES = """license licence notice authors contributors codeowners changelog readme makefile dockerfile .gitignore
    .gitattributes .editorconfig .prettierignore .eslintignore .dockerignore .npmignore"""
_UNREAD = frozenset(_KINDS.split())
_UNREAD_NAMES = frozenset(_NAMES.split())
# Lock files, workspaces and settings of package managers say which packages there are.
_PACKAGES = re.compile(
    r"lock|workspace|yarnrc|npmrc|pnp|bunfig|package|tsconfig|jsconfig|node-version|nvmrc|\.tool-versions"
)
# A configuration is read for more than its values.
_CONFIGS = re.compile(r"tsconfig|jsconfig|package|lock|shrinkwrap|workspace")
_JSON = re.compile(r'[ \t\r\n]++|("(?:[^"\\\x00-\x1f]|\\["\\/bfnrtu])*+"|-?\d[\d.eE+-]*+|[a-z]++|[{}\[\]:,])')


def is_unread(name: str) -> bool:
    """Whether no compiler reads a file of this name, in lower case: a known kind, and nothing of a package manager."""
    known = name in _UNREAD_NAMES or ("." in name and name.rpartition(".")[2] in _UNREAD)
    return known and _PACKAGES.search(name) is None


def same_json(name: str, before: str, after: str) -> bool:
    """Whether only white space differs. Types are made of the values, and comments may be directives."""
    if _CONFIGS.search(name):
        return False
    old = _json_tokens(before)
    return old is not None and old == _json_tokens(after)


def _json_tokens(text: str) -> list[str] | None:
    found: list[str] = []
    at = 0
    while at < len(text):
        match = _JSON.match(text, at)
        if match is None:
            return None
        if match[1]:
            found.append(match[1])
        at = match.end()
    return found
