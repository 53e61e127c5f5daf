"""The kinds of mutations: one module a kind, one list. Each may keep the types right or break them; nobody knows before
a compiler says so.
"""

from __future__ import annotations

from collections.abc import Mapping

from tests.bench.checker.mutations import (
    annotation,
    assertion,
    augmentation,
    body,
    comment,
    created,
    declare_global,
    deleted,
    enum,
    export_star,
    interface_field,
    jsx_prop,
    overloads,
    removed_export,
    renamed_export,
    renamed_file,
    signature,
    type_alias,
)
from tests.bench.checker.mutations.source import Propose

KINDS: Mapping[str, Propose] = {
    "body": body.propose,
    "annotation": annotation.propose,
    "removed export": removed_export.propose,
    "renamed export": renamed_export.propose,
    "signature": signature.propose,
    "type alias": type_alias.propose,
    "interface field": interface_field.propose,
    "declare global": declare_global.propose,
    "augmentation": augmentation.propose,
    "assertion function": assertion.propose,
    "created file": created.propose,
    "deleted file": deleted.propose,
    "renamed file": renamed_file.propose,
    "overload order": overloads.propose,
    "export *": export_star.propose,
    "enum": enum.propose,
    "JSX prop": jsx_prop.propose,
    "comment": comment.propose,
}
