"""The engine within this process, for a command or a test: no limits, no other processes."""

import io

from tgkg.engine.evaluation import evaluate
from tgkg.engine.port import Answer, QueryRequest
from tgkg.engine.stores import shared_stores
from tgkg.operation import BY_SIZE
from tgkg.release import Release


class EmbeddedEngine:
    """Answers queries over one release, opened once."""

    def __init__(self, release: Release) -> None:
        """Open the release, in memory or on disk, as its size has it."""
        self._stores = shared_stores(release, BY_SIZE)()

    def query(self, request: QueryRequest) -> Answer:
        """Answer one query; see `engine.port.Engine`."""
        output = io.BytesIO()
        return Answer(evaluate(self._stores, request, output), output.getvalue())
