"""Images that bring their own ideas do not get them."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Callable, Iterator

import pytest

from runner.errors import UsageError
from runner.model.container import ContainerSpec
from runner.sandbox.docker_engine import DockerEngine

pytestmark = pytest.mark.docker

Derive = Callable[[str], str]


@pytest.fixture
def derive(engine: DockerEngine) -> Iterator[Derive]:
    """Builds an image from Dockerfile lines on top of the specialists'; removed afterwards."""
    name = "patchgate-test/derived"

    def build(lines: str) -> str:
        content = f"FROM patchgate/specialist\n{lines}\n".encode()
        context = io.BytesIO()
        with tarfile.open(fileobj=context, mode="w") as tar:
            member = tarfile.TarInfo("Dockerfile")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        context.seek(0)
        for line in engine.api.build(
            fileobj=context, custom_context=True, tag=name, network_mode="none", rm=True, decode=True
        ):
            assert "error" not in line, line
        return name

    yield build
    engine.api.remove_image(name, force=True)


def test_an_image_with_a_volume_is_refused(engine: DockerEngine, derive: Derive) -> None:
    with pytest.raises(UsageError, match="/data"):
        engine.run(ContainerSpec(derive('VOLUME ["/data"]'), ("true",)))


def test_an_images_entry_point_user_and_labels_do_not_count(engine: DockerEngine, derive: Derive) -> None:
    image = derive(
        'ENTRYPOINT ["echo", "from the image"]\nCMD ["more"]\nUSER 0:0\nLABEL patchgate.owner=someone\nHEALTHCHECK CMD echo x'
    )
    outcome = engine.run(ContainerSpec(image, ("id", "-u"), working_dir="/"))
    assert outcome.stdout == b"65534\n"
