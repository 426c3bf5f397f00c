"""A short, fair queue: no client starves another, and nobody waits for ever."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from tgkg.engine.admission import Admission
from tgkg.errors import BusyError

A_WHILE = 0.05


class Client:
    """Somebody who takes a turn in a thread of their own, and gives it back when told."""

    def __init__(self, admission: Admission, name: str) -> None:
        self.outcome = "waits"
        self._done = threading.Event()
        self._changed = threading.Event()
        self.thread = threading.Thread(target=self._take, args=(admission, name), daemon=True)
        before = admission.running + admission.waiting
        self.thread.start()
        deadline = time.monotonic() + A_WHILE
        while self.outcome == "waits" and admission.running + admission.waiting == before:
            if time.monotonic() > deadline:  # it took another's place in the queue
                break
            time.sleep(0.001)

    def _take(self, admission: Admission, name: str) -> None:
        try:
            with admission.turn(name):
                self.outcome = "runs"
                self._changed.set()
                self._done.wait()
        except BusyError:
            self.outcome = "refused"
        self._changed.set()

    def settled(self) -> str:
        """Return what became of it, once it no longer waits or a while has passed."""
        self._changed.wait(A_WHILE * 10)
        return self.outcome

    def leave(self) -> None:
        """Give the place back."""
        self._done.set()
        self.thread.join()


class TestPlaces:
    def test_as_many_run_as_there_are_places(self):
        """Different clients fill all places; the next one waits."""
        admission = Admission(2, 2, 5)
        first, second, third = (Client(admission, name) for name in "abc")
        assert (first.settled(), second.settled()) == ("runs", "runs")
        assert (admission.running, admission.waiting) == (2, 1)
        first.leave()
        assert third.settled() == "runs"
        second.leave()
        third.leave()
        assert (admission.running, admission.waiting) == (0, 0)

    def test_one_client_never_takes_the_last_place(self):
        """Whoever has all places but one waits, and another walks past."""
        admission = Admission(2, 4, 5)
        greedy = [Client(admission, "greedy") for _ in range(3)]
        other = Client(admission, "other")
        assert other.settled() == "runs"
        assert [each.outcome for each in greedy] == ["runs", "waits", "waits"]
        other.leave()
        for each in greedy:
            each.leave()

    def test_whoever_leaves_begins_the_query_of_the_next(self):
        """Its process need not wait until its thread wakes; who need not wait begins itself."""
        admission, begun = Admission(1, 1, 5), []
        first = Client(admission, "a")

        def take() -> None:
            with admission.turn("b", lambda: begun.append(threading.current_thread())):
                pass

        waiting = threading.Thread(target=take)
        waiting.start()
        while not admission.waiting:
            time.sleep(0.001)
        first.leave()
        waiting.join()
        assert begun == [first.thread]
        with admission.turn("c", lambda: begun.append(None)):
            assert begun == [first.thread]

    def test_few_begin_at_once(self):
        """Beside queries that may be quick another waits, until one ends or turns out slow."""
        admission = Admission(4, 0, 5, quick_at_once=2)
        first, second = Client(admission, "a"), Client(admission, "b")
        third, fourth = Client(admission, "c"), Client(admission, "d")
        assert [each.outcome for each in (third, fourth)] == ["waits", "waits"]
        first.leave()
        assert third.settled() == "runs"
        assert fourth.outcome == "waits"
        assert fourth.settled() == "runs"  # the others have been slow by now
        assert admission.running == 3
        for each in (second, third, fourth):
            each.leave()

    def test_a_single_place_serves_one_client(self):
        """Where there is one place only, one client may have it."""
        with Admission(1, 1, 5).turn("a"):
            pass

    def test_a_failing_query_gives_its_place_back(self):
        """The place is free again however the query ends."""
        admission = Admission(1, 1, 5)
        with pytest.raises(ZeroDivisionError), admission.turn("a"):
            raise ZeroDivisionError
        assert admission.running == 0


class TestWaiting:
    def test_who_runs_least_is_next(self):
        """A client with many waiting queries does not hold up one with a single query."""
        admission = Admission(3, 9, 5)
        running = [Client(admission, name) for name in ("a", "a", "b")]
        many = [Client(admission, "a") for _ in range(3)]
        single = Client(admission, "c")
        running[0].leave()
        assert single.settled() == "runs"
        assert [each.outcome for each in many] == ["waits"] * 3
        for each in (*running[1:], single, *many):
            each.leave()

    def test_within_a_client_the_first_comes_first(self):
        """The queries of one client are answered in their order."""
        admission = Admission(1, 9, 5)
        held = Client(admission, "a")
        waiting = [Client(admission, "a") for _ in range(3)]
        for each in waiting:
            held.leave()
            assert each.settled() == "runs"
            held = each
        held.leave()

    def test_a_full_queue_refuses_who_waits_most(self):
        """The newest query of the client that waits most makes room for another client."""
        admission = Admission(1, 2, 5)
        held = Client(admission, "a")
        first, second = Client(admission, "b"), Client(admission, "b")
        third = Client(admission, "c")
        assert second.settled() == "refused"
        held.leave()
        first.leave()
        assert third.settled() == "runs"
        third.leave()

    def test_a_full_queue_refuses_the_newest(self):
        """Among equals the last to come is refused."""
        admission = Admission(1, 1, 5)
        held, waiting = Client(admission, "a"), Client(admission, "b")
        assert Client(admission, "c").settled() == "refused"
        assert waiting.outcome == "waits"
        held.leave()
        waiting.leave()

    def test_patience_ends(self):
        """After its time a query is refused, with when to come back."""
        admission = Admission(1, 5, A_WHILE)
        with (
            admission.turn("a"),
            pytest.raises(BusyError, match=r"0\.05 seconds") as refused,
            admission.turn("b"),
        ):
            pytest.fail("it got a place")
        assert refused.value.retry_after > 0
        assert (admission.running, admission.waiting) == (0, 0)


def test_nothing_is_lost_under_load():
    """With many threads at once, never more run than may, and in the end nobody does."""
    admission, most = Admission(3, 1000, 30), 0
    lock = threading.Lock()

    def work(number: int) -> None:
        nonlocal most
        with admission.turn(f"client {number % 7}"):
            with lock:
                most = max(most, admission.running)
            time.sleep(0.0005)

    with ThreadPoolExecutor(50) as pool:
        list(pool.map(work, range(1000)))
    assert 1 <= most <= 3
    with ExitStack() as stack:
        for name in "abc":
            stack.enter_context(admission.turn(name))
        assert admission.running == 3
    assert (admission.running, admission.waiting) == (0, 0)
