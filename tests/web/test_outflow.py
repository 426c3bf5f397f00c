"""Long answers: taken in turns, ended when too slow; short ones are handed over whole."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import sleep

import pytest

from tgkg.web.outflow import MOST, MOST_OF_ONE, SHORT, WAITING, Outflow


class Body:
    """A body in pieces that knows whether it was closed."""

    def __init__(self, length: int) -> None:
        self.left, self.closed = length, 0

    def __iter__(self):
        """Gives itself."""
        return self

    def __next__(self) -> bytes:
        """Gives a piece."""
        if not self.left:
            raise StopIteration
        piece = min(self.left, 1000)
        self.left -= piece
        return b"x" * piece

    def close(self) -> None:
        """Notes it."""
        self.closed += 1


@pytest.fixture
def sent() -> Callable:
    """Gives a function that asks for a body of some length, and gives body, status and answer."""

    def make(length: int | None, patience: float = 60, seconds: float = 0):
        bodies = []

        def app(_, start):
            bodies.append(Body(length or 0))
            start("200 OK", [] if length is None else [("Content-Length", str(length))])
            return bodies[-1]

        outflow = Outflow(app, patience=patience, seconds=seconds)

        def ask(client: str = "::1", method: str = "GET"):
            seen = []
            environ = {"REQUEST_METHOD": method, "REMOTE_ADDR": client}
            answer = outflow(environ, lambda *said: seen.extend(said))
            return bodies[-1], seen, answer

        ask.outflow = outflow
        return ask

    return make


@pytest.mark.parametrize("length", [None, 0, 1, SHORT])
def test_a_short_answer_is_whole(sent, length):
    """The server gets it in one piece, so that no thread waits for the client."""
    body, (status, _), answer = sent(length)()
    assert (status, answer) == ("200 OK", [b"x" * (length or 0)])
    assert body.closed == 1


def test_a_long_answer_comes_in_pieces_and_gives_its_place_back(sent):
    """Closing it twice gives back one place; what was not read is let go of."""
    ask = sent(SHORT + 1)
    for _ in range(3 * MOST):
        body, (status, _), answer = ask()
        assert status == "200 OK"
        assert next(iter(answer)) == b"x" * 1000
        answer.close()
        answer.close()
        assert body.closed == 1


def test_one_client_has_not_all_places(sent):
    """Past its share a client gets 503 with Retry-After; others go on, up to the whole number."""
    ask = sent(SHORT + 1)
    for _ in range(MOST_OF_ONE):
        assert ask("one")[1][0] == "200 OK"
    body, (status, headers), [problem] = ask("one")
    assert status == "503 Service Unavailable"
    assert dict(headers)["Retry-After"] == "30"
    assert dict(headers)["Content-Type"] == "application/problem+json"
    assert json.loads(problem)["status"] == 503
    assert body.closed == 1
    answers = [ask(f"other {number}") for number in range(MOST)]
    statuses = [status for _, (status, _), _ in answers]
    assert statuses.count("200 OK") == MOST - MOST_OF_ONE


def test_an_answer_waits_for_its_turn(sent):
    """It goes out as soon as another is done; when too many wait, the next is refused at once."""
    ask = sent(SHORT + 1, seconds=60)
    under_way = [ask("one")[2] for _ in range(MOST_OF_ONE)]
    with ThreadPoolExecutor(WAITING) as threads:
        waiting = [threads.submit(ask, "one") for _ in range(WAITING)]
        while ask.outflow._waiting < WAITING:
            sleep(0.01)
        assert ask("one")[1][0] == "503 Service Unavailable"
        for answer in under_way:
            answer.close()
        assert [each.result()[1][0] for each in waiting] == ["200 OK"] * WAITING


def test_a_head_request_takes_no_place(sent):
    """It tells of the long answer, and ends at once."""
    ask = sent(SHORT + 1)
    for _ in range(2 * MOST):
        assert ask(method="HEAD")[1][0] == "200 OK"


def test_a_client_that_is_too_slow_is_cut_off(sent):
    """After a while it must have taken some: else the answer ends early, and can be resumed."""
    _, _, answer = sent(SHORT + 1, patience=0)()
    assert len(b"".join(answer)) < SHORT
    _, _, answer = sent(SHORT + 1)()
    assert len(b"".join(answer)) == SHORT + 1
