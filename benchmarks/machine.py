"""On what a benchmark ran: machine, date, commit, versions; no host name, no path of the machine."""

import datetime
import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

from benchmarks.running import ROOT

PACKAGES = ("openai", "aiohttp", "pydantic", "pyyaml", "tenacity", "starlette", "uvicorn", "uvloop")
"""Those whose versions matter for the figures."""


def description(load_before: float) -> list[str]:
    """Lines of Markdown.

    Args:
        load_before: the load average of one minute before the benchmark began.
    """
    cores = os.cpu_count() or 1
    return [
        f"Run on {_date()} at commit {_commit()}, with Python {platform.python_version()}"
        f" ({', '.join(_versions())}).",
        f"Machine: {_processor()}, {cores} cores, {_memory()}, {_system()};"
        f" load average of one minute {load_before:.1f} before the run and {os.getloadavg()[0]:.1f} at its end.",
    ]


def _date() -> str:
    return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")


def _commit() -> str:
    commit = _git("rev-parse", "--short=10", "HEAD") or "unknown"
    changed = _git("status", "--porcelain", "--", "generator", "prompts", "benchmarks/*.py")
    return f"`{commit}` with changes" if changed else f"`{commit}`"


def _git(*arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _versions() -> list[str]:
    return [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES]


def _processor() -> str:
    found = re.search(r"^model name\s*:\s*(.+)$", _text("/proc/cpuinfo"), re.MULTILINE)
    return found[1].strip() if found else platform.machine()


def _memory() -> str:
    found = re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    return f"{int(found[1]) / 1024**2:.0f} GiB of memory" if found else "unknown memory"


def _system() -> str:
    found = re.search(r'^PRETTY_NAME="?([^"\n]+)', _text("/etc/os-release"), re.MULTILINE)
    return f"{found[1] if found else platform.system()}, kernel {platform.release().split('-')[0]}"


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
