"""The article files of ``generator``, as ``seo apply`` changes them."""

from benchmarks.peers.files import serve
from generator.content import frontmatter


def change(text: str, description: str) -> str:
    """The text with another description."""
    return frontmatter.patch(text, {"seo.page_description": description})


if __name__ == "__main__":
    serve(frontmatter.read, change)
