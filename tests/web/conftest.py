"""One small release for all tests of the web, and the site over it."""

import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tgkg.engine.opening import Engines, in_process
from tgkg.engine.port import Answer, QueryRequest
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


@dataclass(frozen=True)
class Past:
    """A site with releases behind it, the oldest first; the last is the current one."""

    state: State
    releases: tuple[Release, ...]
    client: FlaskClient

    @property
    def ids(self) -> list[str]:
        """The ids of the releases."""
        return [release.id for release in self.releases]


EDITS = (
    (("isle:inhabitants 12", "isle:inhabitants 13"),
     ('<https://example.org/isles/timetable/summer> rdfs:label "Summer timetable"@en .', "")),
    (('rdfs:label "Near"@en', 'rdfs:label "<b>Nearby</b> & so"@en'),
     (("<https://example.org/isles/id/ferry/morning> a isle:Ferry ;\n"
      '  rdfs:label "Morning ferry"@en, "Ochtendveer"@nl ;'),
      ('<https://example.org/isles/id/ferry/morning> rdfs:label "Morning ferry (retired)"@en ;\n'
      "  dcterms:isReplacedBy <https://example.org/isles/id/ferry/early> .\n"
      "<https://example.org/isles/id/ferry/early> a isle:Ferry ;\n"
      '  rdfs:label "Early ferry"@en, "Vroege veer"@nl ;'))),
    ((("<https://example.org/isles/id/island/far> a isle:Island ;\n"
      '  rdfs:label "Far"@en, "Ver"@nl ; isle:inhabitants 13 .'), ""),
     ("isle:serves <https://example.org/isles/id/island/far>, ", "isle:serves ")),
)  # fmt: skip
"""What each release after the first changes in the register of the isles."""


def with_past(folder: Path, state: State) -> tuple[Release, ...]:
    """Publishes a copy of the isles, then each of the edits."""
    register = folder / "data/register/islands.ttl"
    made = [published(folder, state)]
    for edits in EDITS:
        text = register.read_text()
        for before, after in edits:
            assert before in text
            text = text.replace(before, after)
        register.write_text(text)
        made.append(published(folder, state))
    return tuple(made)


@pytest.fixture(scope="session")
def past(tmp_path_factory) -> Past:
    """Gives the isles after four releases; no test changes them."""
    folder = Path(shutil.copytree(GRAPH, tmp_path_factory.mktemp("past") / "project"))
    state = State(folder.parent / "state")
    releases = with_past(folder, state)
    return Past(state, releases, site_over(state).test_client())


@pytest.fixture
def own_past(project, tmp_path) -> Past:
    """Gives the same for a test that changes them."""
    state = State(tmp_path / "state")
    return Past(state, with_past(project, state), site_over(state).test_client())


@pytest.fixture(scope="session")
def publish() -> Callable[[Path, State], Release]:
    """Gives the function that makes a release of a folder and makes it current."""
    return published


@pytest.fixture
def empty_site(tmp_path) -> FlaskClient:
    """Gives a client of a site that has no release yet."""
    return site_over(State(tmp_path / "state")).test_client()


@pytest.fixture
def counting(state) -> tuple[FlaskClient, list[QueryRequest]]:
    """Gives a client of the isles, and the queries that its pages ask from now on."""
    asked: list[QueryRequest] = []

    def counted(release: Release) -> Engines:
        engine = in_process(release).pages

        class Counting:
            def query(self, request: QueryRequest) -> Answer:
                asked.append(request)
                return engine.query(request)

        return Engines(Counting(), Counting())

    client = create_app(state, counted).test_client()
    client.get("/")
    asked.clear()
    return client, asked
