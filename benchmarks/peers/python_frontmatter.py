"""python-frontmatter: ``loads``, a value set, ``dumps`` with the options of PyYAML that change least."""

import frontmatter

from benchmarks.peers.files import serve


def change(text: str, description: str) -> str:
    """The text with another description."""
    post = frontmatter.loads(text)
    post["seo"]["page_description"] = description
    return str(frontmatter.dumps(post, sort_keys=False, allow_unicode=True, width=1_000_000))


if __name__ == "__main__":
    serve(frontmatter.loads, change)
