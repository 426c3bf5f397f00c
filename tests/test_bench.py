"""The bench runs, measures and ends what it started; its figures are another matter."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).parents[1] / "bench"


def test_the_data_are_the_same_each_time():
    """Results of two days are comparable: the data are the same triples, exactly as many."""
    program = "import data, hashlib; t = list(data.lines(10_000)); print(len(set(t)), hashlib"
    program += ".sha256(''.join(t).encode()).hexdigest()[:12])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=BENCH, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["10000", "27e15eac6015"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [(["--sizes", "10"], "there are: 10k, 100k, 1M"), (["--only", "points"], "there is no points")],
)
def test_a_wrong_name_says_which_there_are(arguments, words):
    """Whoever mistypes a size or a workload reads what there is."""
    done = subprocess.run(
        [sys.executable, BENCH / "run.py", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert words in done.stderr


@pytest.mark.system
def test_a_small_run_measures_and_reports(tmp_path):
    """One workload against one other server: both are measured, the report says what was not."""
    command = [
        *(sys.executable, BENCH / "run.py", "--sizes", "10k", "--only", "path"),
        *("--against", "Oxigraph's server", "--rounds", "1", "--seconds", "0.2", "--to", tmp_path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    measured = json.loads((tmp_path / "results.json").read_text())["sizes"]["10k"]
    assert measured["problems"] == []
    for who in ("tgkg", "Oxigraph's server"):
        (one,) = measured["figures"]["path"][who]
        assert one["answered"] > 0
        assert one["failed"] == 0
    assert "| not measured |" in (tmp_path / "RESULTS.md").read_text()
