"""Plain folders as repositories: byte for byte, without what .gitignore leaves out, and without touching the folder."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pygit2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runner.errors import SnapshotError, UsageError
from runner.snapshots import importing
from runner.snapshots.importing import import_folder, imported_as, open_source
from tests.snapshots.repositories import everything_in, git, make_repository, write_files

FILES = {
    "src/crlf.ts": b"a\r\nb\r\n",
    "bom.ts": b"\xef\xbb\xbfx",
    "bin": bytes(range(256)),
    "emoji 🙂.md": "ü".encode(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_files(tmp_path / "My Project", FILES)
    return tmp_path / "My Project"


@pytest.fixture
def imports(tmp_path: Path) -> Path:
    return tmp_path / "state" / "imports"


def listed(repository: Path) -> list[str]:
    return git(repository, "ls-tree", "-r", "-z", "--name-only", "HEAD").split("\0")[:-1]


def commits(repository: Path) -> int:
    return int(git(repository, "rev-list", "--count", "HEAD"))


def test_every_file_comes_along_byte_for_byte(folder: Path, imports: Path) -> None:
    repository = import_folder(folder, imports)
    assert git(repository, "fsck", "--strict") == ""
    assert sorted(listed(repository)) == sorted(FILES)
    for name, content in FILES.items():
        assert git(repository, "show", f"HEAD:{name}").encode("utf-8", "surrogateescape") == content
        assert (repository / name).read_bytes() == content


def test_git_shows_the_imported_repository_as_clean(folder: Path, imports: Path) -> None:
    repository = import_folder(folder, imports)
    assert git(repository, "status", "--porcelain") == ""
    assert git(repository, "symbolic-ref", "HEAD").strip() == "refs/heads/main"


def test_nothing_is_written_into_the_folder(folder: Path, imports: Path) -> None:
    before = everything_in(folder)
    stamps = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    import_folder(folder, imports)
    assert everything_in(folder) == before
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == stamps


def test_an_unchanged_folder_makes_no_second_commit_and_a_changed_one_does(folder: Path, imports: Path) -> None:
    first = import_folder(folder, imports)
    assert (import_folder(folder, imports), commits(first)) == (first, 1)
    write_files(folder, {"src/new/x.ts": "x"})
    (folder / "bin").unlink()
    assert (import_folder(folder, imports), commits(first)) == (first, 2)
    assert sorted(listed(first)) == sorted({*FILES, "src/new/x.ts"} - {"bin"})
    assert git(first, "status", "--porcelain") == ""


def test_dependencies_and_our_own_folder_are_left_out_at_any_depth(folder: Path, imports: Path) -> None:
    left_out = ("node_modules/x/index.js", "pkg/node_modules/y.js", ".mission_control/a", "pkg/.git/config")
    write_files(folder, dict.fromkeys(left_out, "x"))
    assert sorted(listed(import_folder(folder, imports))) == sorted(FILES)


def test_what_gitignore_leaves_out_stays_out(folder: Path, imports: Path) -> None:
    write_files(folder, {".gitignore": ".env\n*.log\n!keep.log\n/dist/\n", "sub/.gitignore": "!deep.log\nown\n"})
    out = (".env", "sub/.env", "a.log", "dist/x.js", "sub/own")
    kept = ("keep.log", "sub/deep.log", "sub/dist/x.js", "own")
    write_files(folder, dict.fromkeys((*out, *kept), "x"))
    expected = {*FILES, *kept, ".gitignore", "sub/.gitignore"}
    assert set(listed(import_folder(folder, imports))) == expected


def test_a_rule_that_was_removed_no_longer_holds(folder: Path, imports: Path) -> None:
    write_files(folder, {".gitignore": "secret\n", "secret": "x"})
    repository = import_folder(folder, imports)
    (folder / ".gitignore").unlink()
    import_folder(folder, imports)
    assert sorted(listed(repository)) == sorted({*FILES, "secret"})


def test_symlinks_stay_symlinks_and_are_not_followed(folder: Path, imports: Path, tmp_path: Path) -> None:
    write_files(tmp_path / "outside", {"secret": "s"})
    (folder / "link").symlink_to(tmp_path / "outside")
    (folder / "deep").mkdir()
    (folder / "deep/file-link").symlink_to("../bom.ts")
    repository = import_folder(folder, imports)
    assert git(repository, "ls-tree", "HEAD", "link").startswith("120000 ")
    assert git(repository, "show", "HEAD:link") == str(tmp_path / "outside")
    assert git(repository, "show", "HEAD:deep/file-link") == "../bom.ts"
    assert git(repository, "fsck", "--strict", "--no-dangling") == ""
    assert not [name for name in listed(repository) if "secret" in name]


def test_a_link_that_became_a_folder_is_not_written_through(folder: Path, imports: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    write_files(outside, {"x": "as it was"})
    (folder / "sub").symlink_to(outside)
    import_folder(folder, imports)
    (folder / "sub").unlink()
    write_files(folder, {"sub/.gitignore": "none\n", "sub/x": "evil"})
    repository = import_folder(folder, imports)
    assert everything_in(outside) == {"x": b"as it was"}
    assert (repository / "sub/x").read_text() == "evil"


def test_pipes_and_sockets_are_left_out_without_waiting(folder: Path, imports: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert sorted(listed(import_folder(folder, imports))) == sorted(FILES)


def test_programs_keep_their_executable_bit(folder: Path, imports: Path) -> None:
    (folder / "bin").chmod(0o700)
    repository = import_folder(folder, imports)
    assert git(repository, "ls-tree", "HEAD", "bin").startswith("100755 ")
    assert os.access(repository / "bin", os.X_OK)


def test_an_empty_folder_is_an_empty_tree(tmp_path: Path, imports: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert listed(import_folder(tmp_path / "empty", imports)) == []


def test_a_place_that_cannot_be_written_is_one_clear_error(folder: Path, tmp_path: Path) -> None:
    imports = tmp_path / "imports"
    imports.write_text("a file where the folder should be")
    with pytest.raises(SnapshotError, match="could not be imported"):
        import_folder(folder, imports)


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left on device"), pygit2.GitError("write: No space left on device")]
)
def test_a_full_disk_is_told_as_such_and_the_next_import_works(
    error: Exception, folder: Path, imports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(importing, "update_tree", full)
        with pytest.raises(SnapshotError, match="No space left") as caught:
            import_folder(folder, imports)
    assert "df -h" in caught.value.hint
    assert sorted(listed(import_folder(folder, imports))) == sorted(FILES)


def test_a_source_is_a_repository_or_is_imported(folder: Path, imports: Path, tmp_path: Path) -> None:
    own = make_repository(tmp_path / "own", {"a.ts": "a"})
    assert open_source("own", tmp_path, imports, base="HEAD").folder == own
    source = open_source(str(folder), tmp_path, imports, base="HEAD")
    assert (source.how, source.modules, source.folder) == ("imported", folder, imported_as(folder, imports))


def test_a_dirty_repository_is_refused_unless_a_base_is_named(imports: Path, tmp_path: Path) -> None:
    own = make_repository(tmp_path / "own", {"a.ts": "a"})
    write_files(own, {"a.ts": "edited"})
    with pytest.raises(UsageError, match=r"uncommitted changes \(a.ts\)"):
        open_source("own", tmp_path, imports, base="HEAD")
    assert open_source("own", tmp_path, imports, base="main").folder == own


def test_a_url_is_cloned_and_fetched_the_next_time(imports: Path, tmp_path: Path) -> None:
    own = make_repository(tmp_path / "own", {"a.ts": "a"})
    source = open_source(f"file://{own}", tmp_path, imports, base="HEAD")
    assert (source.how, (source.folder / "a.ts").read_text()) == ("cloned", "a")
    write_files(own, {"a.ts": "b"})
    git(own, "commit", "-qam", "later")
    again = open_source(f"file://{own}", tmp_path, imports, base="HEAD")
    assert git(again.folder, "rev-parse", "origin/main") == git(own, "rev-parse", "main")
    assert git(again.folder, "rev-parse", "HEAD") == git(own, "rev-parse", "main")
    assert git(again.folder, "status", "--porcelain") == ""
    assert (again.folder / "a.ts").read_text() == "b"


def test_a_folder_or_url_that_is_not_there_is_a_usage_error(imports: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no folder"):
        open_source("none", tmp_path, imports, base="HEAD")
    with pytest.raises(UsageError, match="could not be cloned"):
        open_source(f"file://{tmp_path}/none", tmp_path, imports, base="HEAD")


PLACES = ("a", "b.log", "d/a", "d/b.log", "d/e/a", "d/e/c", "f/d/a", "f/[x]", "f/ y")
PATTERNS = (
    "a", "/a", "*.log", "!*.log", "!b.log", "d/", "/d", "d/e", "**/e", "d/**", "f/**/a", "!d/e/a", "?", "[a-b]", "[!a]",
    "[]x]*", "\\[x\\]", "\\!a", "#a", "\\#a", "a ", " y", " y ", "f/\\ y", "*", "!*/", "**", "***", "e/", "[z-a]", "[a", "/",
    "[[:alpha:]]", "d*", "d/*/c", "",
)  # fmt: skip
rules = st.lists(st.sampled_from(PATTERNS), max_size=4).map(lambda lines: "\r\n".join(lines) + "\n")


@settings(max_examples=120, deadline=None)
@given(rules, st.none() | rules, st.none() | rules)
def test_what_is_left_out_is_what_git_leaves_out(top: str, inner: str | None, deepest: str | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "folder"
        ignores = {".gitignore": top, "d/.gitignore": inner, "d/e/.gitignore": deepest}
        write_files(folder, {**dict.fromkeys(PLACES, "x"), **{p: t for p, t in ignores.items() if t is not None}})
        taken = listed(import_folder(folder, Path(name) / "imports"))
        git(folder, "init", "-q")
        expected = git(folder, "ls-files", "-z", "--others", "--exclude-standard").split("\0")[:-1]
        assert sorted(taken) == sorted(expected)
