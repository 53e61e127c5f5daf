"""The images: what they hold, both ways to a base, and that nothing is built twice."""

from __future__ import annotations

import contextlib
import json
import socket
from collections.abc import Iterator
from pathlib import Path

import docker.errors
import pytest

from runner.errors import SandboxError, UsageError
from runner.model.container import ContainerSpec
from runner.sandbox import image_build, image_inputs, images
from runner.sandbox.docker_engine import DockerEngine
from runner.sandbox.image_inputs import (
    ContextFile,
    base_inputs,
    checker_inputs,
    digest,
    pinned_typescript,
    specialist_inputs,
    tsc_inputs,
)
from runner.sandbox.images import (
    BASE,
    CHECKER,
    NAMES,
    SPECIALIST,
    BaseChoice,
    Names,
    base_choice,
    ensure_base,
    ensure_images,
)
from runner.sandbox.places import IMAGES
from tests.sandbox.conftest import Run
from tests.sandbox.registry import save, serving

docker_needed = pytest.mark.docker

BESIDE = Names(
    "patchgate-test/tsc", "patchgate-test/base", "patchgate-test/specialist", checker="patchgate-test/checker"
)


def quiet(_line: str) -> None:
    pass


@pytest.fixture
def clean(engine: DockerEngine) -> Iterator[list[str]]:
    """Names of images that are removed afterwards."""
    names = [BESIDE.checker, BESIDE.specialist, BESIDE.base, BESIDE.tsc]
    yield names
    for name in names:
        with contextlib.suppress(docker.errors.ImageNotFound):
            engine.api.remove_image(name, force=True)


@docker_needed
def test_what_is_there_already_is_not_built_again(engine: DockerEngine) -> None:
    told: list[str] = []
    assert ensure_images(engine.api, told.append) == ()
    assert told == []
    assert images.outdated_images(engine.api) == ()
    assert all(engine.has_image(name) for name in NAMES)


@docker_needed
def test_the_compiler_runs_with_nothing_beside_it(engine: DockerEngine) -> None:
    outcome = engine.run(ContainerSpec(images.TSC, ("/opt/typescript/tsc", "--version"), working_dir="/"))
    assert outcome.stdout.decode().strip() == f"Version {pinned_typescript()}"


@docker_needed
def test_specialists_find_python_node_and_ast_grep(run: Run) -> None:
    assert run("python3", "-c", "import json, socket, sys; print(sys.version_info >= (3, 9))").stdout == b"True\n"
    assert run("node", "--version", memory_mb=256).stdout.startswith(b"v24.")
    assert run("ast-grep", "--version").stdout.startswith(b"ast-grep ")
    assert run("sh", "-c", "command -v patchctl").stdout == b"/usr/local/bin/patchctl\n"


@docker_needed
def test_the_checker_has_node_and_every_script_of_its_server(engine: DockerEngine) -> None:
    spec = ContainerSpec(CHECKER, ("node", "-p", "JSON.stringify(fs.readdirSync('/opt/checker'))"), working_dir="/")
    scripts = sorted(path.name for path in (IMAGES / "checker").glob("*.js"))
    assert json.loads(engine.run(spec).stdout) == scripts
    asked = ContainerSpec(CHECKER, ("node", "/opt/checker/server.js"), working_dir="/")
    stream = engine.open(asked)
    try:
        stream.send(b'{"id": 1, "method": "initialize", "params": {"root": "/tmp", "toolchain": "/tmp"}}\n')
        assert json.loads(stream.receive())["result"] == {"server": "1"}
    finally:
        stream.close()


def test_the_checkers_image_changes_with_its_server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "checker").mkdir()
    monkeypatch.setattr(image_inputs, "IMAGES", tmp_path)
    (tmp_path / "checker/Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "checker/server.js").write_text("a")
    first = checker_inputs("sha256:1").digest
    (tmp_path / "checker/server.js").write_text("b")
    second = checker_inputs("sha256:1").digest
    (tmp_path / "checker/server.js").rename(tmp_path / "checker/other.js")
    third = checker_inputs("sha256:1")
    assert len({first, second, third.digest}) == 3
    assert [file.name for file in third.files] == ["Dockerfile", "bin/node", "checker/other.js"]


@docker_needed
def test_a_base_comes_from_a_registry_where_one_answers(
    engine: DockerEngine, clean: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(save(engine.api, BASE, tmp_path)) as (address, asked):
        reference = f"{address}/debian:bookworm-slim"
        clean.append(reference)
        monkeypatch.setenv("PATCHGATE_BASE", "registry")
        monkeypatch.setenv("PATCHGATE_BASE_IMAGE", reference)
        built = ensure_images(engine.api, quiet, names=BESIDE)
        assert built == (BESIDE.tsc, BESIDE.base, BESIDE.specialist, BESIDE.checker)
        assert any("/manifests/bookworm-slim" in path for path in asked)
        assert ensure_images(engine.api, quiet, names=BESIDE) == ()
    spec = ContainerSpec(BESIDE.specialist, ("sh", "-c", "python3 -V; node -v; id -u"), working_dir="/")
    python, node, user = engine.run(spec).stdout.decode().split("\n")[:3]
    assert (python.split()[0], node.split(".")[0], user) == ("Python", "v24", "65534")


@docker_needed
def test_a_base_comes_from_packages_where_no_registry_answers(engine: DockerEngine, clean: list[str]) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))  # bound and not listening: refused at once
        choice = BaseChoice(("registry", "packages"), f"127.0.0.1:{unused.getsockname()[1]}/debian:bookworm-slim")
        told: list[str] = []
        assert ensure_base(engine.api, BESIDE.base, choice, told.append)
        assert any("not from a registry" in line for line in told)
        assert not ensure_base(engine.api, BESIDE.base, choice, told.append)
    outcome = engine.run(
        ContainerSpec(BESIDE.base, ("python3", "-c", "import subprocess; print('runs')"), working_dir="/")
    )
    assert outcome.stdout == b"runs\n"
    assert engine.api.inspect_image(BESIDE.base)["Size"] < 200_000_000


@docker_needed
def test_a_registry_that_is_asked_for_alone_and_does_not_answer_is_an_error(engine: DockerEngine) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        choice = BaseChoice(("registry",), f"127.0.0.1:{unused.getsockname()[1]}/debian:bookworm-slim")
        with pytest.raises(SandboxError, match="could not be pulled") as caught:
            ensure_base(engine.api, BESIDE.base, choice, quiet)
    assert "PATCHGATE_BASE=packages" in caught.value.hint


@docker_needed
def test_a_registry_that_never_answers_is_given_up(engine: DockerEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        why = image_build.pull(engine.api, f"127.0.0.1:{silent.getsockname()[1]}/debian:x", patience_s=1)
    assert why == "no answer within 1 s"


@docker_needed
def test_a_build_that_fails_tells_the_end_of_its_log(engine: DockerEngine, tmp_path: Path) -> None:
    recipe = tmp_path / "Dockerfile"
    recipe.write_text(f"FROM {SPECIALIST}\nRUN echo before-the-end; exit 7\n")
    with pytest.raises(SandboxError, match="before-the-end"):
        image_build.build(engine.api, "patchgate-test/broken", [ContextFile("Dockerfile", recipe)], labels={})


def test_the_environment_chooses_the_way_to_a_base() -> None:
    assert base_choice({}) == BaseChoice(("registry", "packages"), "debian:bookworm-slim")
    assert base_choice({"PATCHGATE_BASE": "packages"}).ways == ("packages",)
    assert base_choice({"PATCHGATE_BASE_IMAGE": "mirror.example/debian:12"}).reference == "mirror.example/debian:12"
    with pytest.raises(UsageError, match="PATCHGATE_BASE"):
        base_choice({"PATCHGATE_BASE": "both"})


def test_inputs_differ_where_the_image_would() -> None:
    digests = [
        tsc_inputs().digest,
        base_inputs("registry", "a").digest,
        base_inputs("registry", "b").digest,
        base_inputs("packages", "a").digest,
        specialist_inputs("sha256:1").digest,
        specialist_inputs("sha256:2").digest,
        checker_inputs("sha256:1").digest,
        checker_inputs("sha256:2").digest,
    ]
    assert len(set(digests)) == len(digests)
    assert base_inputs("packages", "a").digest == base_inputs("packages", "b").digest


def test_a_digest_depends_on_where_its_parts_end() -> None:
    assert digest(["ab", "c"]) != digest(["a", "bc"])


def test_the_lock_files_name_no_host() -> None:
    root = IMAGES.parent
    lock = (root / "requirements.lock").read_text()
    assert "://" not in lock
    assert not any(line.startswith(("--index", "--extra", "--find", "-i ", "-f ")) for line in lock.splitlines())
    assert '"resolved"' not in (IMAGES / "toolchain/package-lock.json").read_text()
