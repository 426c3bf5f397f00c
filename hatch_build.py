"""Puts our graph into the wheel, where `tgkg` finds it when there is no checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

GRAPH = ("tgkg.toml", "ontology", "data", "shapes", "queries", "pages")


class GraphInWheel(BuildHookInterface):
    """Adds the graph as `tgkg/graph`, but not to an editable install: that reads the checkout."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Names what goes where; hatchling refuses to build when any of it is missing."""
        if version == "standard":
            build_data["force_include"] |= {
                str(Path(self.root, name)): f"tgkg/graph/{name}" for name in GRAPH
            }
