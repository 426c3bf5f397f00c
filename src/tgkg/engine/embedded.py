"""The engine within this process, for a command or a test: no limits, no other processes."""

import io

from tgkg.engine.evaluation import evaluate
from tgkg.engine.port import Answer, QueryRequest
from tgkg.engine.stores import in_memory
from tgkg.release import Release


class EmbeddedEngine:
    """Answers queries over one release, loaded once into memory."""

    def __init__(self, release: Release) -> None:
        """Load the release."""
        self._stores = in_memory(release)

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        output = io.BytesIO()
        return Answer(evaluate(self._stores, request, output), output.getvalue())
