"""Which cores the web's threads and long queries have."""

import os
import subprocess
import sys

import pytest

from tgkg.engine.cores import Cores

AFTER = """
import os
from tgkg.engine.cores import Cores
cores = Cores(frozenset({usable}), frozenset({web}))
cores.{act}
print(*sorted(os.sched_getaffinity(0)))
"""


def cores_after(act: str, usable: frozenset[int], web: frozenset[int]) -> set[int]:
    """Return the cores that a process has after what it did."""
    code = AFTER.format(act=act, usable=set(usable), web=set(web) or "()")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {int(core) for core in done.stdout.split()}


def test_the_web_has_one_of_them():
    """It is one of those that we may use."""
    found = Cores.with_web()
    assert found.usable == os.sched_getaffinity(0)
    assert len(found.web) == 1
    assert found.web < found.usable or found.web == found.usable


@pytest.mark.system
class TestStaying:
    """What a process is held to."""

    usable = frozenset(os.sched_getaffinity(0))
    first = frozenset({min(usable)})

    def test_the_web_stays_on_its_core(self):
        """All threads that it starts do."""
        assert cores_after("gather_web()", self.usable, self.first) == self.first

    def test_a_long_query_stays_off_it(self):
        """Unless there is no other."""
        others = self.usable - self.first or self.usable
        assert cores_after("leave_web(0)", self.usable, self.first) == others
        assert cores_after("leave_web(0)", self.first, self.first) == self.usable

    def test_it_comes_back(self):
        """When it is over."""
        assert cores_after("leave_web(0) or cores.roam()", self.usable, self.first) == self.usable

    def test_nothing_is_held_without_a_web(self):
        """So it is where engines run by themselves."""
        assert cores_after("gather_web()", self.usable, frozenset()) == self.usable
        assert cores_after("leave_web(0)", self.usable, frozenset()) == self.usable
