"""Commands in real containers: what passed before must pass, and nothing gets out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from runner.errors import CheckerError
from runner.model.commands import FAILED, FAILED_BEFORE, LIMIT, PASSED
from runner.sandbox.docker_engine import DockerEngine
from tests.commands.trees import Bench, Counting, command, limits

pytestmark = pytest.mark.docker

GOOD = {"test.js": "console.log('all is well');\n"}
BAD = {"test.js": "console.log('1 failing');\nprocess.exit(3);\n"}


@pytest.fixture
def bench(engine: DockerEngine, tmp_path: Path) -> Bench:
    return Bench(tmp_path, Counting(engine))


def test_what_passes_before_and_after_passes_and_the_base_is_not_run(bench: Bench) -> None:
    result = bench.commits(GOOD, {"a.txt": "new"}).compare(command("node test.js"))
    assert (result.status, result.head_exit, result.base_exit, bench.counting.runs) == (PASSED, 0, None, 1)
    assert result.output_tail == "all is well"
    assert bench.kept(result.artefact) == b"all is well\n"


def test_what_passed_before_and_fails_now_refuses_with_the_tail_and_the_artefact(bench: Bench) -> None:
    result = bench.commits(GOOD, BAD).compare(command("node test.js"))
    assert (result.status, result.refuses, result.head_exit, result.base_exit) == (FAILED, True, 3, 0)
    assert result.detail == "fails with exit code 3; on the base it passes"
    assert result.output_tail == "1 failing"
    assert bench.kept(result.artefact) == b"1 failing\n"


def test_what_failed_before_too_is_reported_and_does_not_refuse(bench: Bench) -> None:
    result = bench.commits(BAD, {"a.txt": "new"}).compare(command("node test.js"))
    assert (result.status, result.refuses, result.base_exit, result.head_exit) == (FAILED_BEFORE, False, 3, 3)
    assert result.detail == "fails with exit code 3; on the base it fails with exit code 3"


def test_a_command_that_is_not_there_says_so(bench: Bench) -> None:
    result = bench.commits(GOOD, {"a.txt": "new"}).compare(command("no-such-linter"))
    assert (result.status, result.head_exit) == (FAILED_BEFORE, 127)
    assert "was not found in the container" in result.detail


@pytest.mark.parametrize(
    ("run", "bounds", "hit", "words"),
    [
        ("sleep 60", {"wall_s": 1.5}, "wall", "took longer than its limit of 1.5 s"),
        (
            "node -e 'const a = []; for (;;) a.push(Buffer.alloc(1e7, 1))'",
            {"memory_mb": 64},
            "memory",
            "needed more than its limit of 64 MiB",
        ),
        ("yes", {"output_kb": 16}, "output", "printed more than its limit of 16 KiB"),
    ],
)
def test_a_limit_refuses_with_its_reason(
    bench: Bench, run: str, bounds: dict[str, float], hit: str, words: str
) -> None:
    bench.commits({**GOOD, "run.sh": "true"}, {"run.sh": run})
    result = bench.compare(command("sh run.sh", limits=limits(**bounds)))
    assert (result.status, result.limit_hit, result.head_exit) == (LIMIT, hit, None)
    assert words in result.detail
    assert result.detail.endswith("on the base it passes")
    assert len(bench.kept(result.artefact)) < 20_000


def test_the_tree_can_be_written_and_stays_as_it_was_on_the_host(bench: Bench) -> None:
    bench.commits(
        {"src/a.js": "1", "package.json": '{"scripts": {"build": "mkdir dist && cp src/a.js dist/ && rm src/a.js"}}'},
        {},
    )
    before = sorted(path.name for path in bench.repository.rglob("*") if ".git" not in path.parts)
    result = bench.compare(command("npm run build && ls dist src"))
    assert result.status == PASSED, result.output_tail
    assert result.output_tail.endswith("dist:\na.js\n\nsrc:")
    assert sorted(path.name for path in bench.repository.rglob("*") if ".git" not in path.parts) == before


def test_packages_are_where_tools_expect_them_and_workspaces_lead_to_the_edited_tree(bench: Bench) -> None:
    """node_modules are links in a workspace: a package that is linked must be the copy's, not the base's."""
    bench.commits(
        {
            "package.json": '{"workspaces": ["packages/*"]}',
            "packages/a/package.json": '{"name": "a"}',
            "packages/a/index.js": "module.exports = 'old'",
            "packages/b/package.json": '{"name": "b"}',
            "packages/b/main.js": "console.log(require('a'), require('own'), require.resolve('a'))",
            ".gitignore": "node_modules\n",
        },
        {"packages/a/index.js": "module.exports = 'new'"},
    )
    (bench.repository / "node_modules").mkdir()
    (bench.repository / "node_modules/a").symlink_to("../packages/a")
    own = bench.repository / "packages/b/node_modules/own"
    own.mkdir(parents=True)
    (own / "index.js").write_text("module.exports = 'own'")
    result = bench.compare(command("node packages/b/main.js && touch packages/b/out && ls packages/b"))
    assert result.status == PASSED, result.output_tail
    assert result.output_tail == "new own /repo/packages/a/index.js\nmain.js\nnode_modules\nout\npackage.json"


def test_files_that_are_not_committed_yet_are_seen(bench: Bench) -> None:
    bench.commits(GOOD, {"b.txt": "b"})
    result = bench.compare(command("cat new/a.txt b.txt"), files={"new/a.txt": "put in\n"})
    assert (result.status, result.output_tail) == (PASSED, "put in\nb")


FORBIDDEN = {
    "write to the tree it came from": "echo x >/base/test.js",
    "write outside of its copy": "touch /etc/x || touch /usr/x || touch /x",
    "write to installed packages": "touch node_modules/package/x || rm -r node_modules/package",
    "reach the network": "node -e \"fetch('http://192.0.2.1/').catch(() => process.exit(1))\"",
    "look a name up": "node -e \"require('dns').lookup('example.org', error => process.exit(error ? 1 : 0))\"",
    "become somebody else": "test $(id -u) = 0",
    "see the engine": "ls /var/run/docker.sock",
    "mount": "mount -t tmpfs none /tmp/x || unshare -Ur true",
}


def test_what_a_command_cannot_do(bench: Bench) -> None:
    script = "\n".join(f"if ({run}) >/dev/null 2>&1; then echo 'It can {what}.'; fi" for what, run in FORBIDDEN.items())
    bench.commits({**GOOD, "package.json": "{}", ".gitignore": "node_modules\n", "run.sh": script + "\ntrue"}, {})
    (bench.repository / "node_modules/package").mkdir(parents=True)
    result = bench.compare(command("sh run.sh"))
    assert (result.status, result.output_tail) == (PASSED, "")
    assert list((bench.repository / "node_modules/package").iterdir()) == []


def test_tools_keep_caches_beside_the_packages_in_the_container_only(bench: Bench) -> None:
    bench.commits({"package.json": "{}", ".gitignore": "node_modules\n"}, {})
    modules = bench.repository / "node_modules"
    for folder in ("a", "@scope/b", ".bin", ".vite"):
        (modules / folder).mkdir(parents=True)
    (modules / ".package-lock.json").write_text("{}")
    (modules / ".bin/tool").symlink_to("../a/tool")
    (modules / "a/tool").write_text(
        "#!/bin/sh\nls -A node_modules; mkdir node_modules/.vite-temp && ls -A node_modules/@scope\n"
    )
    (modules / "a/tool").chmod(0o755)
    before = sorted(str(path) for path in modules.rglob("*"))
    result = bench.compare(command("tool"))
    assert result.output_tail.split("\n") == [".bin", ".package-lock.json", "@scope", "a", "b"]
    assert sorted(str(path) for path in modules.rglob("*")) == before


def test_nothing_of_the_host_is_seen(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_TOKEN", "hunter2")
    home, tree = Path.home(), bench.folder
    result = bench.commits(GOOD, {}).compare(command(f"env; ls -a ~ {home}/.ssh {tree} /home /root"))
    assert "hunter2" not in result.output_tail
    assert result.head_exit != 0
    assert f"cannot access '{tree}'" in result.output_tail


def test_a_command_is_a_line_of_shell_in_the_container_only(bench: Bench, tmp_path: Path) -> None:
    proof = tmp_path / "proof"
    line = f"echo \"it's $(echo two)\" '$HOME' ; touch {proof} ; echo `echo three` | tr t T && echo done # $(touch {proof})"
    result = bench.commits(GOOD, {}).compare(command(line))
    assert result.status == PASSED
    assert result.output_tail.startswith("it's two $HOME")
    assert result.output_tail.endswith("Three\ndone")
    assert not proof.exists()


def test_what_it_prints_is_harmless_to_show(bench: Bench) -> None:
    result = bench.commits(GOOD, {}).compare(command(r"printf '\033[31mred\033[0m \033[2J\007 \342\200\256evil\r\n'"))
    assert result.output_tail == "red \\u001b[2J\\u0007 \\u202eevil"
    assert bench.kept(result.artefact) == b"red \\u001b[2J\\u0007 \\u202eevil\n"


def test_named_files_are_kept_as_a_tar(bench: Bench) -> None:
    run = (
        "mkdir -p coverage/sub; cd coverage; echo 1 > a.txt; echo 2 > sub/b.txt; ln -s /etc/passwd l; echo x > ../other"
    )
    result = bench.commits(GOOD, {}).compare(command(run, artefacts=("coverage/**", "*.xml")))
    with tarfile.open(fileobj=io.BytesIO(bench.kept(result.archive))) as tar:
        assert tar.getnames() == ["coverage/a.txt", "coverage/sub/b.txt"]
    big = bench.compare(command("mkdir coverage; head -c 500000 /dev/zero > coverage/z", artefacts=("coverage/**",)))
    assert (big.status, big.archive) == (PASSED, "")
    assert "more than 256 KiB" in big.detail


def test_a_tree_that_does_not_fit_is_no_verdict(bench: Bench) -> None:
    bench.commits({"big": "x" * 40_000_000}, {})
    with pytest.raises(CheckerError, match="could not be copied"):
        bench.compare(command("true", limits=limits(memory_mb=32)))


def test_an_equal_run_is_remembered(bench: Bench) -> None:
    bench.commits(GOOD, {"a.txt": "new"})
    first, second = (bench.compare(command("node test.js"), cached=True) for _ in range(2))
    assert (first.cached, second.cached, bench.counting.runs) == (False, True, 1)
    assert (second.status, second.output_tail) == (PASSED, "all is well")
    assert bench.kept(second.artefact) == b"all is well\n"
