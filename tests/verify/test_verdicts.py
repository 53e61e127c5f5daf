"""What rejects a person's change and what is advice; files that are not text; consent; commands. Without the type check."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from runner.app.settings import Settings
from runner.app.verifying import Asked, Patch, verify
from runner.errors import UsageError
from runner.model.tree import FileState, TreeReader
from runner.verify.report import Report
from tests.verify.cases import BASE, CART, MONEY, PACKAGE, REFUND, TEST, Files
from tests.verify.repositories import commit, make_repository


@dataclass(frozen=True)
class Ended:
    command: str
    base_exit: int | None
    head_exit: int | None
    limit_hit: str | None = None
    output_tail: str = ""
    artefact: str = ""


@dataclass
class Told:
    """Commands that end as they are told, with the text of src/money.ts that each side showed them."""

    base_exit: int | None
    head_exit: int | None
    limit_hit: str | None = None
    saw: tuple[bytes, bytes] = (b"", b"")

    def compare(
        self, base: TreeReader, head: TreeReader, commands: Sequence[str], *, files: Mapping[str, FileState | None]
    ) -> Sequence[Ended]:
        old, new = base.read("src/money.ts"), files.get("src/money.ts") or head.read("src/money.ts")
        assert old is not None and new is not None
        self.saw = (old.content, new.content)
        return [Ended(each, self.base_exit, self.head_exit, self.limit_hit, "1 failed") for each in commands]


def verified(
    folder: Path, files: Files, base: Files | None = None, runner: Told | None = None, **asked: object
) -> Report:
    start = {path: text for path, text in {**BASE, **(base or {})}.items() if text is not None}
    head = commit(make_repository(folder / "repo", start), "topic", files, "main")
    given = Asked(folder / "repo", head=head, typecheck="never", **asked)  # type: ignore[arg-type]
    return verify(given, Settings(folder / "state", folder / "work", "memory"), commands=runner)


def codes(report: Report) -> list[tuple[str, str]]:
    return [(each.code, each.severity) for each in report.findings]


def test_an_exported_function_that_nothing_imports_may_be_removed(tmp_path: Path) -> None:
    report = verified(tmp_path, {"src/money.ts": MONEY.replace(REFUND, ""), "tests/money.test.ts": None})
    assert report.safe
    assert ("PG511", "advice") in codes(report)


@pytest.mark.parametrize(
    "statement",
    [
        'import { refund } from "../src/money.js";',
        'import { total, type Price, refund as back } from "../src/money";',
        "const { refund } = require('../src/money');",
    ],
)
def test_one_that_another_file_still_imports_may_not(statement: str, tmp_path: Path) -> None:
    report = verified(tmp_path, {"src/money.ts": MONEY.replace(REFUND, ""), "tests/money.test.ts": f"{statement}\n"})
    assert not report.safe
    assert "tests/money.test.ts still imports it" in report.rejections[0].message


def test_one_that_moves_and_is_exported_again_may(tmp_path: Path) -> None:
    files = {
        "src/money.ts": MONEY.replace(REFUND, '\nexport { refund } from "./refund";\n'),
        "src/refund.ts": 'import type { Price } from "./money";\n' + REFUND,
    }
    assert verified(tmp_path, files).safe


def test_a_body_that_is_emptied_rejects(tmp_path: Path) -> None:
    hollow = MONEY[: MONEY.index("  let sum")] + "}\n" + REFUND
    report = verified(tmp_path, {"src/money.ts": hollow})
    assert ("PG511", "reject") in codes(report)


def test_a_hidden_error_with_a_reason_is_advice(tmp_path: Path) -> None:
    why = "// @ts-expect-error the declarations of the shop are wrong\n"
    report = verified(tmp_path, {"src/cart.ts": CART.replace("    return total", f"    {why}    return total")})
    assert codes(report) == [("PG514", "advice")]


@pytest.mark.parametrize("comment", ["// @ts-expect-error", "// @ts-ignore -", "/* @ts-ignore: x */", "// @ts-nocheck"])
def test_one_without_a_reason_rejects(comment: str, tmp_path: Path) -> None:
    report = verified(tmp_path, {"src/cart.ts": f"{comment}\n{CART}"})
    assert codes(report) == [("PG514", "reject")]


def test_the_same_in_a_test_is_advice(tmp_path: Path) -> None:
    report = verified(
        tmp_path, {"tests/money.test.ts": TEST.replace("    expect(total", "    // @ts-expect-error\n    expect(total")}
    )
    assert codes(report) == [("PG514", "advice")]


def test_what_is_counted_has_the_line_that_was_added_and_names_the_consent(tmp_path: Path) -> None:
    report = verified(tmp_path, {"tests/money.test.ts": TEST.replace('it("refunds', 'it.skip("refunds')})
    found = report.rejections[0]
    assert (found.line, found.column) == (9, 3)
    assert found.hint.endswith("Consent is --allow PG514.")


def test_a_new_test_may_be_skipped_and_an_old_one_may_not(tmp_path: Path) -> None:
    new = TEST.replace('it("adds', 'it.skip("adds')
    assert verified(tmp_path, {"tests/other.test.ts": new}).safe
    assert not verified(tmp_path / "two", {"tests/money.test.ts": new}).safe


@pytest.mark.parametrize("path", ["gains 1 x it.skip", "which runs at every install: x", "switches 'strict' off.ts"])
def test_a_path_does_not_decide_how_much_a_finding_weighs(path: str, tmp_path: Path) -> None:
    report = verified(tmp_path, {f"{path}/Makefile": "all:\n", f"{path}/package.json": "{}\n"})
    assert report.safe, report.rejections


def test_files_that_make_tools_act_are_advice_for_the_reviewer(tmp_path: Path) -> None:
    files = {".github/workflows/ci.yml": "on: push\n", "package.json": PACKAGE.replace("1.0.0", "1.0.1")}
    report = verified(tmp_path, files)
    assert report.safe
    assert codes(report) == [("PG404", "advice"), ("PG404", "advice")]


def test_binary_files_other_encodings_and_renames_are_no_problem(tmp_path: Path) -> None:
    base = {"logo.png": "\udcff\udcfe\x00one", "src/old.ts": MONEY, "latin.ts": "export const a = 'e';\n"}
    files = {
        "logo.png": "\udcff\udcfe\x00two",
        "src/old.ts": None,
        "src/new.ts": MONEY,
        "latin.ts": "\ufeffexport const a = 'e';\n",
    }
    report = verified(tmp_path, files, base)
    assert (report.safe, report.files) == (True, 4)


def test_a_path_that_is_not_utf8_is_reported_and_breaks_nothing(tmp_path: Path) -> None:
    repo = Path(make_repository(tmp_path / "repo", BASE).workdir)
    subprocess.run(["git", "-C", str(repo), "read-tree", "main"], check=True)
    blob = subprocess.run(
        ["git", "-C", str(repo), "hash-object", "-w", "--stdin"],
        input=b"<<<<<<< HEAD\n>>>>>>> x\n",
        capture_output=True,
        check=True,
    ).stdout.strip()
    subprocess.run(
        [b"git", b"-C", os.fsencode(repo), b"update-index", b"--add", b"--cacheinfo", b"100644," + blob + b",\xff.ts"],
        check=True,
    )
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(repo), *who, "commit", "-qm", "change"], check=True)
    asked = Asked(repo, base="HEAD~1", typecheck="never")
    report = verify(asked, Settings(tmp_path / "state", tmp_path / "work", "memory"))
    assert "PG510" in [each.code for each in report.rejections]


def test_a_symlink_is_listed_as_not_judged(tmp_path: Path) -> None:
    repo = Path(make_repository(tmp_path / "repo", BASE).workdir)
    subprocess.run(["git", "-C", str(repo), "read-tree", "main"], check=True)
    (repo / "link.ts").symlink_to("/etc/passwd")
    subprocess.run(["git", "-C", str(repo), "add", "link.ts"], check=True)
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(repo), *who, "commit", "-qm", "change"], check=True)
    settings = Settings(tmp_path / "state", tmp_path / "work", "memory")
    report = verify(Asked(repo, base="HEAD~1", typecheck="never"), settings)
    assert [each.project for each in report.unjudged] == ["link.ts"]
    assert report.safe
    assert not verify(Asked(repo, base="HEAD~1", typecheck="never", strict=True), settings).safe


def test_a_file_that_is_too_large_to_read_hides_nothing_else(tmp_path: Path) -> None:
    large = "export const a = 1;\n" * 250_000
    report = verified(tmp_path, {"src/large.ts": large, "src/cart.ts": f"// @ts-ignore\n{CART}"})
    assert [each.project for each in report.unjudged] == ["src/large.ts"]
    assert codes(report) == [("PG514", "reject")]


@pytest.mark.parametrize("name", ["PG514", "clobber.weakened-check"])
def test_a_rule_that_a_person_allows_is_advice(name: str, tmp_path: Path) -> None:
    report = verified(tmp_path, {"src/cart.ts": f"// @ts-ignore\n{CART}"}, allow=(name,))
    assert report.safe
    assert report.advice[0].hint == "Allowed by --allow PG514."


@pytest.mark.parametrize("name", ["PG601", "typecheck.new-error", "PG999", "clobber.weakend-check"])
def test_a_fact_or_an_unknown_rule_cannot_be_allowed(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        verified(tmp_path, {"a.ts": "\n"}, allow=(name,))


@pytest.mark.parametrize(
    ("ends", "safe"),
    [
        (Told(0, 0), True),
        (Told(None, 0), True),
        (Told(0, 1), False),
        (Told(None, 1), False),
        (Told(1, 1), True),
        (Told(0, None, "wall"), False),
    ],
)
def test_a_command_that_passed_before_must_pass(ends: Told, safe: bool, tmp_path: Path) -> None:
    report = verified(tmp_path, {"src/money.ts": "// two\n" + MONEY}, runner=ends, commands=("npm test",))
    assert report.safe is safe
    assert ends.saw == (MONEY.encode(), b"// two\n" + MONEY.encode())


PATCH = """\
diff --git a/src/money.ts b/src/money.ts
--- a/src/money.ts
+++ b/src/money.ts
@@ -1,3 +1,4 @@
+// @ts-nocheck
 export interface Price {
   amount: number;
   currency: string;
"""


def test_a_patch_is_judged_on_its_base(tmp_path: Path) -> None:
    make_repository(tmp_path / "repo", BASE)
    settings = Settings(tmp_path / "state", tmp_path / "work", "memory")
    asked = Asked(tmp_path / "repo", patch=Patch("a.patch", PATCH), typecheck="never", commands=("npm test",))
    ends = Told(0, 0)
    report = verify(asked, settings, commands=ends)
    assert (report.head, codes(report)) == ("a.patch", [("PG514", "reject")])
    assert ends.saw == (MONEY.encode(), b"// @ts-nocheck\n" + MONEY.encode())


def test_a_patch_that_does_not_fit_is_not_safe(tmp_path: Path) -> None:
    make_repository(tmp_path / "repo", BASE)
    settings = Settings(tmp_path / "state", tmp_path / "work", "memory")
    patch = Patch("a.patch", PATCH.replace("amount", "quantity"))
    report = verify(Asked(tmp_path / "repo", patch=patch, typecheck="never"), settings)
    assert not report.safe


def test_an_empty_patch_is_safe(tmp_path: Path) -> None:
    make_repository(tmp_path / "repo", BASE)
    settings = Settings(tmp_path / "state", tmp_path / "work", "memory")
    assert verify(Asked(tmp_path / "repo", patch=Patch("-", "\n")), settings).safe


def test_nothing_is_written_to_the_repository(tmp_path: Path) -> None:
    verified(tmp_path, {"src/cart.ts": f"// @ts-ignore\n{CART}"})
    folder = tmp_path / "repo"
    before = sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*"))
    verify(
        Asked(folder, base="main", head="topic", typecheck="never"), Settings(tmp_path / "s", tmp_path / "w", "memory")
    )
    assert sorted((str(path), path.stat().st_mtime_ns) for path in folder.rglob("*")) == before
