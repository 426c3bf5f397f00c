"""One small release for all tests of the web, and the site over it."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tgkg.publish.build import build
from tgkg.release import Release, State
from tgkg.web.app import create_app

GRAPH = Path(__file__).parent / "graph"


class Closing(FlaskClient):
    """A client that reads each response to its end and closes it, as a server does."""

    def open(self, *arguments, **options):
        """Sends a request."""
        return super().open(*arguments, **{"buffered": True, **options})


def site_over(state: State) -> Flask:
    """Makes the site over a state folder."""
    app = create_app(state)
    app.test_client_class = Closing
    return app


def published(folder: Path, state: State) -> Release:
    """Makes a release of a project folder and makes it current."""
    outcome = build([folder], state, lambda _: None)
    assert outcome.report
    assert outcome.report.publishable, outcome.report
    assert outcome.release
    return outcome.release


@pytest.fixture(scope="session")
def state(tmp_path_factory) -> State:
    """Gives a state folder with the isles published; no test changes it."""
    made = State(tmp_path_factory.mktemp("state"))
    published(GRAPH, made)
    return made


@pytest.fixture(scope="session")
def release(state) -> Release:
    """Gives the release of the isles."""
    return state.current()


@pytest.fixture(scope="session")
def app(state) -> Flask:
    """Gives the site over the isles."""
    return site_over(state)


@pytest.fixture
def client(app) -> FlaskClient:
    """Gives a client of that site."""
    return app.test_client()


@pytest.fixture
def project(tmp_path) -> Path:
    """Gives a copy of the isles that a test may change."""
    return Path(shutil.copytree(GRAPH, tmp_path / "project"))


@pytest.fixture
def site_with(project, tmp_path) -> Callable[..., FlaskClient]:
    """Gives a function that publishes the isles with other settings and gives a client."""

    def make(**settings: str) -> FlaskClient:
        file = project / "tgkg.toml"
        text = file.read_text()
        for key, value in settings.items():
            text = re.sub(rf"^{key} = .*\n", "", text, flags=re.MULTILINE)
            text = f'{key} = "{value}"\n{text}'
        file.write_text(text)
        made = State(tmp_path / "state")
        published(project, made)
        return site_over(made).test_client()

    return make


@pytest.fixture(scope="session")
def publish() -> Callable[[Path, State], Release]:
    """Gives the function that makes a release of a folder and makes it current."""
    return published


@pytest.fixture
def empty_site(tmp_path) -> FlaskClient:
    """Gives a client of a site that has no release yet."""
    return site_over(State(tmp_path / "state")).test_client()
