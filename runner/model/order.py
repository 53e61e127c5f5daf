"""Orders: what a person asked for. Parsed from JSON or YAML by ``runner.orders.files``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from runner.model.text import LineSpan


@dataclass(frozen=True, slots=True)
class Task:
    """One unit of an order and the places that it may touch.

    ``allowed_spans`` are 1-based inclusive lines of the order's base. ``allowed_symbols`` are addresses such as
    ``src/a.ts#Shop.total``. ``allowed_paths`` are globs (``**`` crosses folders). Without any of them, ``file`` is the
    scope. ``allowed_guards`` are names of guarded blocks that the task may change if its scope allows it.
    """

    uuid: str
    instruction: str = ""
    file: str | None = None
    placeholder: str | None = None
    status: str = "pending"
    allowed_spans: tuple[LineSpan, ...] = ()
    allowed_symbols: tuple[str, ...] = ()
    allowed_paths: tuple[str, ...] = ()
    allowed_guards: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Limits:
    """What one pass may use. Memory in MiB, time in seconds, output in KiB."""

    wall_s: float = 120.0
    memory_mb: int = 512
    cpus: float = 1.0
    pids: int = 128
    output_kb: int = 1024
    submissions: int = 50
    attempts: int = 2


@dataclass(frozen=True, slots=True)
class Stage:
    """One entry of the pipeline: a specialist and the tasks that it takes (``None``: all of them).

    ``limits`` holds the ``Limits`` that the order sets; the role's defaults give the rest. The last fields except
    ``contract`` are only for ``specialist: custom``. ``mount`` is an absolute host folder that the container sees at
    ``/agent``.
    """

    specialist: str
    tasks: tuple[str, ...] | None = None
    options: dict[str, object] = field(default_factory=dict)
    limits: dict[str, object] = field(default_factory=dict)
    name: str | None = None
    image: str | None = None
    command: tuple[str, ...] = ()
    mount: str | None = None
    contract: tuple[str, ...] = ()


COMMAND_LIMITS = Limits(wall_s=300.0, memory_mb=2048, cpus=2.0, pids=512, output_kb=4096)


@dataclass(frozen=True, slots=True)
class Command:
    """A line of shell that must still succeed on an edited tree: lint, tests, a build.

    ``must`` is ``hold`` (what passed before must pass) or ``pass``. ``when`` is ``pass`` (once, after a pass that changed
    something) or ``patch`` (for every candidate, before it lands). ``artefacts`` are globs of files to keep.
    """

    name: str
    run: str
    limits: Limits = COMMAND_LIMITS
    image: str = "patchgate/specialist"
    artefacts: tuple[str, ...] = ()
    must: str = "hold"
    when: str = "pass"


@dataclass(frozen=True, slots=True)
class Policy:
    """``layout`` says what happens if indentation and line breaks differ from the surroundings: ``advise`` (refuse only
    if nothing but numbers names the place), ``reindent`` (indent the new lines again) or ``refuse``. ``max_file_kb``
    and ``max_source_kb`` limit the source that the gate reads for one submission: of each file, and of all its files,
    before and after. ``commands`` are what an edited tree must still do besides passing tsc.
    """

    max_changed_ratio: float = 0.3
    typecheck: str = "always"
    on_blocked: str = "stop"
    auto_land: bool = False
    layout: str = "advise"
    max_file_kb: int = 4096
    max_source_kb: int = 32768
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class TypeScriptChoice:
    """Which projects are judged, and by which TypeScript. ``projects`` and ``exclude`` are tsconfig paths or globs,
    repository-relative; no ``projects`` means all of them. ``version`` replaces the one that the repository uses.
    """

    projects: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    version: str | None = None


Place = tuple[str | int, ...]
"""Where something stands in an order: ``("tasks", 0, "file")``."""


@dataclass(frozen=True, slots=True)
class Order:
    """``file`` and ``lines`` say where the order was read from; both are empty for one that came from no file."""

    order_id: str
    title: str
    prompt: str
    repo: str
    base: str
    tasks: tuple[Task, ...]
    pipeline: tuple[Stage, ...]
    policy: Policy = Policy()
    typescript: TypeScriptChoice = TypeScriptChoice()
    file: str = field(default="", compare=False)
    lines: Mapping[Place, int] = field(default_factory=dict, compare=False, repr=False)

    def place(self, place: Place) -> str:
        """``order.json:12: `` for what stands there, or for the nearest thing around it that has a line."""
        known = max((size for size in range(len(place) + 1) if place[:size] in self.lines), default=None)
        return "" if known is None else f"{self.file}:{self.lines[place[:known]]}: "
