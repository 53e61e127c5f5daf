"""The language server that may die at any time: asked once more, started anew, never twice at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from lsp_bridge.restarting import RestartingLanguages
from runner.errors import BridgeError


@dataclass
class Server:
    """Answers with its number; ``dies_at`` is the request at which it dies, ``refuses`` makes a living one say no."""

    number: int
    dies_at: int = 0
    refuses: bool = False
    alive: bool = True
    closed: bool = False
    asked: int = 0
    told: list[tuple[str, ...]] = field(default_factory=list)

    def _answer(self) -> int:
        self.asked += 1
        if self.asked == self.dies_at:
            self.alive = False
        if not self.alive or self.refuses:
            raise BridgeError("no")
        return self.number

    def request(self, method: str, params: object) -> object:
        return self._answer()

    def rename(self, path: str, line: int, character: int, new_name: str) -> dict[str, object]:
        return {"by": self._answer()}

    def context(self, symbols: Sequence[str], files: Sequence[str], budget: int) -> str:
        return str(self._answer())

    def files_changed(self, changed: Sequence[str], created: Sequence[str], deleted: Sequence[str]) -> None:
        self._answer()
        self.told.append((*changed, *created, *deleted))

    def close(self) -> None:
        self.closed = True


class Starts:
    def __init__(self, *servers: Server) -> None:
        self.waiting = list(servers)

    def __call__(self) -> Server:
        return self.waiting.pop(0)


def test_nothing_is_started_before_it_is_asked() -> None:
    starts = Starts(Server(1))
    languages = RestartingLanguages(starts)
    languages.files_changed(["a"], [], [])
    languages.close()
    assert len(starts.waiting) == 1
    assert languages.request("x", None) == 1


def test_one_server_answers_everything() -> None:
    server = Server(1)
    languages = RestartingLanguages(Starts(server))
    assert (languages.request("x", None), languages.rename("a", 0, 0, "n"), languages.context([], [], 1)) == (
        1,
        {"by": 1},
        "1",
    )
    languages.files_changed(["a"], ["b"], ["c"])
    assert server.told == [("a", "b", "c")]


def test_a_dead_server_is_closed_and_the_question_put_to_a_new_one() -> None:
    first, second = Server(1, dies_at=2), Server(2)
    languages = RestartingLanguages(Starts(first, second))
    assert [languages.request("x", None) for _ in range(3)] == [1, 2, 2]
    assert (first.closed, second.closed) == (True, False)


def test_a_question_that_kills_two_servers_is_given_up() -> None:
    languages = RestartingLanguages(Starts(Server(1, dies_at=1), Server(2, dies_at=1), Server(3)))
    with pytest.raises(BridgeError):
        languages.request("x", None)
    assert languages.request("x", None) == 3


def test_a_living_servers_no_is_an_answer() -> None:
    server = Server(1, refuses=True)
    starts = Starts(server, Server(2))
    with pytest.raises(BridgeError):
        RestartingLanguages(starts).request("x", None)
    assert (server.closed, server.asked, len(starts.waiting)) == (False, 1, 1)


def test_news_for_a_dead_server_need_no_new_one() -> None:
    first = Server(1, dies_at=2)
    starts = Starts(first, Server(2))
    languages = RestartingLanguages(starts)
    languages.request("x", None)
    languages.files_changed(["a"], [], [])
    assert (first.closed, len(starts.waiting)) == (True, 1)
    assert languages.request("x", None) == 2


def test_closing_ends_the_server() -> None:
    server = Server(1)
    languages = RestartingLanguages(Starts(server))
    languages.request("x", None)
    languages.close()
    languages.close()
    assert server.closed
