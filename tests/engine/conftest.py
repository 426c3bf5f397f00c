"""A release for a test to ask."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tgkg.engine.embedded import EmbeddedEngine
from tgkg.publish.build import build
from tgkg.release import State


@pytest.fixture(scope="session")
def engine_over(tmp_path_factory) -> Callable[[str], EmbeddedEngine]:
    """Gives a function that publishes a TriG text and gives the engine over it."""

    def make(text: str) -> EmbeddedEngine:
        folder = tmp_path_factory.mktemp("source")
        file = Path(folder, "data.trig")
        file.write_text(text)
        outcome = build([file], State(folder / "state"), lambda _: None)
        assert outcome.release, outcome.report
        return EmbeddedEngine(outcome.release)

    return make
