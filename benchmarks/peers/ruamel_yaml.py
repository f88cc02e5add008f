"""ruamel.yaml: its round trip of the front matter; the text around it is kept by hand, because it reads YAML only."""

from io import StringIO

from ruamel.yaml import YAML
from ruamel.yaml.scalarstring import FoldedScalarString

from benchmarks.peers.files import serve

yaml = YAML()
yaml.preserve_quotes = True
yaml.width = 1_000_000
yaml.indent(mapping=4)  # that of most lines of the files


def read(text: str) -> object:
    """The front matter."""
    return yaml.load(_parts(text)[1])


def change(text: str, description: str) -> str:
    """The text with another description, in the style of the old one."""
    before, block, after = _parts(text)
    data = yaml.load(block)
    data["seo"]["page_description"] = FoldedScalarString(description)
    written = StringIO()
    yaml.dump(data, written)
    return before + written.getvalue() + after


def _parts(text: str) -> tuple[str, str, str]:
    start = text.index("---\n") + 4
    end = text.index("\n---\n", start) + 1
    return text[:start], text[start:end], text[end:]


if __name__ == "__main__":
    serve(read, change)
