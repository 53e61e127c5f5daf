"""The fuzzer's targets without the fuzzer: its seeds, and bytes from a fixed generator. The long runs are by hand."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from tests.fuzz import formats, inputs
from tests.fuzz.shapes import SHAPES

TARGETS = formats.targets()


@pytest.mark.parametrize("name", TARGETS)
def test_seeds_and_random_bytes_are_read_or_refused_in_words(name: str, tmp_path: Path) -> None:
    formats.seeds(tmp_path, 1)
    for seed in sorted(tmp_path.iterdir()):
        TARGETS[name](seed.read_bytes()[1:])
    random = Random(name)
    for _ in range(300):
        TARGETS[name](random.randbytes(random.randrange(200)))


def test_a_shaped_payload_reaches_every_operation() -> None:
    random = Random(7)
    seen: set[str] = set()
    for name in ("line-ops", "symbol-ops", "workspace-edit"):
        for _ in range(400):
            payload = inputs.payload(bytes([inputs.AS_SHAPE]) + random.randbytes(100), shape=SHAPES[name])
            operations = payload.get("documentChanges", []) if isinstance(payload, dict) else payload
            assert isinstance(operations, list)
            seen |= {str(each.get("op") or each.get("kind")) for each in operations}
    assert seen >= {"replace_block", "insert_before", "append", "replace", "delete", "rename", "create"}


def test_a_target_that_breaks_is_heard_of(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_anything: object, **_more: object) -> None:
        raise UnicodeEncodeError("utf-8", "\ud800", 0, 1, "a parser's slip")

    monkeypatch.setattr(inputs, "check", broken)
    with pytest.raises(UnicodeEncodeError):
        TARGETS["line-ops"](b"\xffx")
