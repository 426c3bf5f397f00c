"""What the bench ran on."""

import os
import platform
import re
from datetime import UTC, datetime
from pathlib import Path


def machine() -> dict[str, str]:
    """Return what tells one machine and one day from another."""
    kibibytes = int(_found("/proc/meminfo", r"MemTotal:\s*(\d+)") or 0)
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "processor": _found("/proc/cpuinfo", r"model name\s*:\s*(.+)") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": f"{kibibytes / 2**20:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def _found(file: str, pattern: str) -> str | None:
    try:
        match = re.search(pattern, Path(file).read_text(encoding="utf-8"))
    except OSError:
        return None
    return match[1] if match else None
