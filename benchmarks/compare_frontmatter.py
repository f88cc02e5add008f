"""One field of every article file changed, beside other tools: which other bytes change, and how long it takes.

python -m benchmarks.compare_frontmatter [CONTENT_DIR]
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import yaml

from benchmarks.figures import show
from benchmarks.judgements import CORPUS
from benchmarks.peers.environments import PYTHON_FRONTMATTER, RUAMEL_YAML
from benchmarks.peers.files import description_for
from benchmarks.running import environment, run

OURS = "generator"
HEADER = ("tool", "other bytes changed", "description as given", "refused", "wall", "ours is")
NOTE = """\
`seo.page_description` of every file is replaced, and the file is written. The lines of the field are taken out of the old
and the new file; what is left must be the same bytes. The description is read again with PyYAML. Wall time is that of
reading, changing and writing all files, without the start of the program; the last column is our time divided by theirs.

- python-frontmatter is one call to read and one to write, and takes any YAML, JSON or TOML; it writes the whole block
  again, so its files are right as data and differ in bytes.
- ruamel.yaml keeps comments, order and quotes of any YAML document, and can change its structure; ours changes fields of
  an article only. Its indentation is one setting for a file, and these files have two.
"""
_FIELD = re.compile(r"^( *)page_description:.*\n(?:\1 +.*\n|[ \t]*\n(?=\1 ))*", re.MULTILINE)
_BLOCK = re.compile(r"\A---\n(.*?)^---$", re.MULTILINE | re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("content_dir", type=Path, nargs="?", default=CORPUS)
    source = parser.parse_args().content_dir.resolve()
    commands = {OURS: ([sys.executable, "-m", "benchmarks.peers.ours"], environment())}
    for peer in (PYTHON_FRONTMATTER, RUAMEL_YAML):
        if peer.python() is not None:
            commands[str(peer)] = (peer.command(), peer.environment())
    said: dict[str, dict[str, float]] = {}
    rows = []
    for name, (command, variables) in commands.items():
        with tempfile.TemporaryDirectory() as folder:
            ran = run([*command, "change", str(source), folder], variables)
            said[name] = ran.said
            kept, right = compare(source, Path(folder))
        taken, count = said[name]["seconds"], sum(1 for _ in source.glob("*/*.md"))
        rows.append(
            (
                name,
                f"{count - said[name]['refused'] - kept:,.0f} files",
                f"{right:,} files",
                f"{said[name]['refused']:,.0f}",
                f"{taken:.1f} s",
                "" if name == OURS else f"{said[OURS]['seconds'] / taken:.2f} times",
            )
        )
    show(f"One field of {count:,} files", HEADER, rows, note=NOTE)
    return 0


def compare(before: Path, after: Path) -> tuple[int, int]:
    """How many written files have all other bytes as before, and how many the new description."""
    kept = right = 0
    for file in sorted(after.glob("*/*.md")):
        new = file.read_bytes().decode()
        old = (before / file.relative_to(after)).read_bytes().decode()
        kept += _FIELD.sub("", new, count=1) == _FIELD.sub("", old, count=1)
        block = _BLOCK.match(new)
        data = yaml.load(block[1], Loader=yaml.CSafeLoader) if block else {}
        right += data.get("seo", {}).get("page_description") == description_for(file)
    return kept, right


if __name__ == "__main__":
    raise SystemExit(main())
