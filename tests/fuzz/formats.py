"""Coverage-guided fuzzing of whatever reads what others wrote: ``python -m tests.fuzz.formats --minutes 10``.

Every submission format, the submission itself, and orders. Each must end in a value or in the room's own error, in
bounded time, with messages that can be printed. ``--only NAME`` keeps to one of them; inputs that broke something are
kept in ``build/fuzz`` and are run again when they are named as arguments. Needs ``atheris``: see docs/testing.md.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "build" / "fuzz"
SECONDS_PER_INPUT = 20
MEGABYTES = 1500


def targets() -> dict[str, Callable[[bytes], None]]:
    """One function of bytes for each thing that reads foreign input."""
    from runner.edits.lowering import FORMATS
    from tests.fuzz import inputs

    found: dict[str, Callable[[bytes], None]] = {
        name: lambda data, name=name: inputs.format_holds(name, data)  # type: ignore[misc]
        for name in FORMATS
    }
    return {**found, "submission": inputs.submission_holds, "order": inputs.order_holds}


def seeds(folder: Path, count: int) -> None:
    """Inputs to start from, for each of ``count`` targets: honest ones, and what the fuzz test of tests/edits is made of."""
    from tests.edits.test_fuzz import CODE, LINES

    folder.mkdir(parents=True, exist_ok=True)
    honest = (Path(__file__).parent / "honest.txt").read_text("utf-8").split("\n\n----\n\n")
    orders = [path.read_text("utf-8") for path in sorted((ROOT / "examples").glob("*/order.json"))]
    for number, text in enumerate([LINES, CODE, *honest, *orders]):
        for target in range(count):
            # 255: what follows is text (see inputs.payload).
            (folder / f"{number}-{target}").write_bytes(bytes([target, 255]) + text.encode())


def words(file: Path) -> None:
    """libFuzzer's dictionary: the words that the grammars are made of."""
    from tests.edits.test_fuzz import KEYS, LINES, WORDS

    found = dict.fromkeys([*KEYS.split(), *WORDS.split(), *(line for line in LINES.split("\n") if line)])
    escaped = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in found)
    file.write_text("".join(f'"{word}"\n' for word in escaped))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--only", help="One target.")
    parser.add_argument("inputs", nargs="*", type=Path, help="Inputs that broke something, to be run again.")
    asked = parser.parse_args()

    import atheris

    # Only what is imported in here is watched: the product's own modules, and nothing of the libraries.
    with atheris.instrument_imports(
        include=[
            "runner.edits",
            "runner.orders.files",
            "runner.orders.text_places",
            "runner.gate.verdict.wire",
            "runner.model",
        ]
    ):
        known = targets()
    chosen = [known[asked.only]] if asked.only else list(known.values())

    def one(data: bytes) -> None:
        if data:
            chosen[data[0] % len(chosen)](data[1:])

    seeds(FOLDER / "seeds", len(chosen))
    (FOLDER / "corpus").mkdir(exist_ok=True)
    words(FOLDER / "words")
    options: list[Any] = [
        f"-max_total_time={int(asked.minutes * 60)}",
        f"-timeout={SECONDS_PER_INPUT}",
        f"-rss_limit_mb={MEGABYTES}",
        f"-dict={FOLDER / 'words'}",
        f"-artifact_prefix={FOLDER}/",
        "-max_len=4096",
        "-print_final_stats=1",
    ]
    folders = [str(FOLDER / "corpus"), str(FOLDER / "seeds")]
    atheris.Setup([sys.argv[0], *options, *(map(str, asked.inputs) if asked.inputs else folders)], one)
    print(json.dumps({"targets": [asked.only] if asked.only else list(known)}), file=sys.stderr)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
