"""A wish is a lock: it lasts as long as who made it, however that ends."""

import subprocess
import sys
import threading

from tgkg.engine.wish import Wish, given_up, wished_for

HOLD = """
import sys, time
from pathlib import Path
from tgkg.engine.wish import Wish
held = Wish(Path(sys.argv[1]), "abc")
print("held", flush=True)
time.sleep(60)
"""


def test_it_is_seen_while_it_lasts(tmp_path):
    """It names the release; two hold as one does."""
    home = tmp_path / "home"
    assert wished_for(home) is None
    first, second = Wish(home, "abc"), Wish(home, "abc")
    assert wished_for(home) == "abc"
    del first
    assert wished_for(home) == "abc"
    assert not given_up(home, tmp_path / "aside")
    del second
    assert wished_for(home) is None
    assert given_up(home, tmp_path / "aside")
    assert not home.exists()


def test_it_ends_with_its_process(tmp_path):
    """Nobody has to say that a worker was killed."""
    command = [sys.executable, "-c", HOLD, str(tmp_path / "home")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        assert wished_for(tmp_path / "home") == "abc"
        process.kill()
        process.wait()
    assert wished_for(tmp_path / "home") is None


def test_who_comes_while_it_is_given_up_makes_it_anew(tmp_path):
    """However the two meet, a wish that was made is seen."""
    home, stop = tmp_path / "home", threading.Event()

    def give_up() -> None:
        number = 0
        while not stop.is_set():
            given_up(home, tmp_path / f"aside-{number}")
            number += 1

    giving_up = threading.Thread(target=give_up)
    giving_up.start()
    try:
        for _ in range(500):
            wish = Wish(home, "abc")
            assert wished_for(home) == "abc"
            del wish
    finally:
        stop.set()
        giving_up.join()
