"""A virtual environment for each tool, made with pip where it is missing, in a folder that git ignores."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from benchmarks.running import environment

FOLDER = Path(__file__).parents[1] / ".environments"
INSTALL_SECONDS = 900
OFFLINE = {"TELEMETRY_ENABLED": "false", "LITELLM_LOCAL_MODEL_COST_MAP": "True", "HF_HUB_OFFLINE": "1"}
"""Tools that would call somebody else than the test server do not."""


@dataclass(frozen=True)
class Peer:
    """A tool that does the same job.

    Args:
        name: the name of its package, which is shown with its version.
        module: the file of this folder that runs it.
        requirements: what pip installs.
    """

    name: str
    module: str
    requirements: tuple[str, ...]

    def python(self) -> Path | None:
        """The interpreter of its environment; None, with a line on stderr, where it cannot be installed."""
        return _python(self)

    def command(self, *arguments: str) -> list[str]:
        """Its command line; ``python()`` must have found its interpreter."""
        return [str(self.python()), "-m", f"benchmarks.peers.{self.module}", *arguments]

    def environment(self, address: str | None = None) -> dict[str, str]:
        """The environment variables of its process."""
        tokenizers = FOLDER / self.name / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
        tokenizers /= "site-packages/litellm/litellm_core_utils/tokenizers"
        return environment(address) | OFFLINE | {"TIKTOKEN_CACHE_DIR": str(tokenizers)}

    def version(self) -> str:
        """The installed version."""
        code = f"import importlib.metadata as m; print(m.version({self.name!r}))"
        done = subprocess.run([str(self.python()), "-c", code], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def __str__(self) -> str:
        return f"{self.name} {self.version()}"


INSTRUCTOR = Peer("instructor", "instructor", ("instructor", "openai", "tenacity", "diskcache"))
CURATOR = Peer("bespokelabs-curator", "curator", ("bespokelabs-curator",))
PYDANTIC_AI = Peer("pydantic-ai-slim", "pydantic_ai", ("pydantic-ai-slim[openai,retries,dbos]",))
PYTHON_FRONTMATTER = Peer("python-frontmatter", "python_frontmatter", ("python-frontmatter",))
RUAMEL_YAML = Peer("ruamel.yaml", "ruamel_yaml", ("ruamel.yaml",))


@cache
def _python(peer: Peer) -> Path | None:
    folder = FOLDER / peer.name
    python, done = folder / "bin" / "python", folder / "installed.json"
    if not (done.exists() and json.loads(done.read_text()) == list(peer.requirements)):
        print(f"setting up {peer.name} ...", file=sys.stderr, flush=True)
        try:
            _install(peer, folder, python)
        except (OSError, subprocess.SubprocessError) as error:
            print(f"{peer.name}: left out, it cannot be installed: {_reason(error)}", file=sys.stderr)
            return None
        done.write_text(json.dumps(peer.requirements))
    return python


def _install(peer: Peer, folder: Path, python: Path) -> None:
    options = {"check": True, "capture_output": True, "text": True, "timeout": INSTALL_SECONDS}
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], **options)  # type: ignore[call-overload]
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, *peer.requirements], env=dict(os.environ), **options)  # type: ignore[call-overload]


def _reason(error: Exception) -> str:
    lines = str(getattr(error, "stderr", None) or error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
