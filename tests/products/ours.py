"""Starts our own server over a text of TriG, and ends it."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

TGKG = Path(sys.executable).parent / "tgkg"


@contextmanager
def serving(folder: Path, trig: str, settings: str) -> Iterator[str]:
    """Serve a text of TriG, and give the address of the home page, which ends in `/`."""
    (folder / "data").mkdir(parents=True)
    (folder / "data/graphs.trig").write_text(trig)
    (folder / "tgkg.toml").write_text(settings)
    command = [TGKG, "serve", folder, "--port", "0", "--state", folder / "state"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    address = next(line.split()[2] for line in process.stderr if "Serving at " in line)
    reading = threading.Thread(target=process.stderr.read)
    reading.start()
    try:
        yield address
    finally:
        process.terminate()
        process.wait()
        reading.join()
        process.stderr.close()
