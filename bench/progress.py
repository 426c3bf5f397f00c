"""Says on stderr what the bench is doing."""

import sys
import time

_BEGUN = time.monotonic()


def say(words: str) -> None:
    """Print a line with the time since the start."""
    spent = int(time.monotonic() - _BEGUN)
    print(f"{spent // 60:3}:{spent % 60:02} {words}", file=sys.stderr, flush=True)
