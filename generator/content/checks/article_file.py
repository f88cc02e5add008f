"""Rules on an article file as a whole: its fields, its place, its related links."""

from collections.abc import Iterator

from generator.content import slugs
from generator.content.checks.context import CheckContext
from generator.content.checks.rules import Defect, rule
from generator.content.checks.view import ArticleView
from generator.content.frontmatter import Document, has_canonical_ending
from generator.errors import SlugError

_NEEDED = (
    "id",
    "date",
    "title",
    "article_title",
    "seo.title",
    "seo.page_description",
    "seo.page_keywords",
    "question",
    "answer",
    "subject",
    "file_name",
    "url",
)


@rule(
    "field-missing",
    "A field of the schema is missing or empty",
    "The site's build fails, or shows “undefined”, where question, answer, file_name or the description is missing.",
    draft="error",
    published="error",
    needs="document",
)
def field_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    for path in _NEEDED:
        value = view.document.get(path)
        if value is None or not value.strip():
            yield Defect(path, "is missing" if value is None else "is empty")


@rule(
    "title-differs",
    "Title, article_title and question differ",
    "All three are the same text: where they differ, the list of questions and the page show different ones.",
    draft="error",
    published="warning",
    fields=("title", "article_title"),
    needs="document",
)
def title_differs(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    question = view.document.get("question")
    if not question:
        return
    for path in ("title", "article_title"):
        value = view.document.get(path)
        if value and value.split() != question.split():
            yield Defect(path, f"differs from the question “{question}”")


@rule(
    "path-differs",
    "File name, address, folder and subject disagree",
    "The subject's list links by file_name and the site serves by path: where they differ, the link is dead.",
    draft="error",
    published="error",
    fields=("file_name", "url", "subject"),
    needs="document",
)
def path_differs(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    document = view.document
    if document is None:
        return
    file_name, url = document.get("file_name"), document.get("url")
    subject, question = document.get("subject"), document.get("question")
    if file_name and context.name is not None and file_name != context.name:
        yield Defect("file_name", f"is {file_name!r}, but the file is {context.name!r}")
    if question and file_name:
        made = _made(slugs.file_name, question)
        if made is not None and made != file_name:
            yield Defect("file_name", f"is {file_name!r}, but the question gives {made!r}")
    folder = context.folder
    if subject:
        made = _made(slugs.subject_slug, subject)
        if folder is not None and made is not None and made != folder:
            yield Defect("subject", f"is {subject!r}, but the file is in the folder {folder!r}")
        folder = folder or made
    name = context.name or file_name
    if url and folder and name:
        expected = context.site.address_of(slugs.ArticleKey(folder, name.removesuffix(".md")))
        if url != expected:
            yield Defect("url", f"is {url!r}; by the file's path it is {expected!r}")


def _made(rule_of_site: object, text: str) -> str | None:
    assert callable(rule_of_site)
    try:
        return str(rule_of_site(text))
    except SlugError:
        return None


@rule(
    "seo-title",
    "seo.title is not the one of its subject",
    "The title of every article follows the same form; another one is left over from a changed subject.",
    draft="error",
    published="warning",
    fields=("seo.title",),
    fixable=True,
    needs="document",
)
def seo_title(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    title, subject = view.document.get("seo.title"), view.document.get("subject")
    if title and subject:
        expected = context.site.seo_title_of(subject.strip())
        if title.strip() != expected:
            yield Defect("seo.title", f"is {title!r}; with this subject it is {expected!r}")


@rule(
    "subject-spelling",
    "The subject is not spelled as in the list of subjects",
    "“Computer science” and “Computer Science” are one folder and two names: lists and statistics fall apart.",
    draft="error",
    published="warning",
    fields=("subject",),
    fixable=True,
)
def subject_spelling(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if not context.subjects:
        return
    if view.document is not None:
        subject = view.document.get("subject")
    elif view.draft is not None and context.subject is None:
        subject = view.draft.subject or ""
    else:
        return
    if subject is None:
        return
    known = context.subjects.resolve(subject)
    if known is None:
        yield Defect("subject", f"{subject!r} is not in the list of subjects; choose one of it")
    elif known.name != subject:
        yield Defect("subject", f"is spelled {subject!r}; the list of subjects has {known.name!r}")


@rule(
    "related-numbering",
    "The related articles are not numbered 1, 2, 3 …",
    "Tools and the CMS fill related_article1 to 5 in order; a gap hides that one is missing.",
    draft="error",
    published="warning",
    fixable=True,
    needs="document",
)
def related_numbering(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    numbers = [related.number for related in view.related]
    for expected, number in enumerate(numbers, start=1):
        if number != expected:
            yield Defect(f"related_article{number}", f"stands where related_article{expected} is expected")
            return


@rule(
    "related-incomplete",
    "A related article has no title or address",
    "The site's build fails on a related article without an address, and shows an empty line without a title.",
    draft="error",
    published="error",
    needs="document",
)
def related_incomplete(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    for related in view.related:
        for part in ("title", "url"):
            if not str(getattr(related, part) or "").strip():
                yield Defect(f"related_article{related.number}.{part}", "is missing or empty")


@rule(
    "related-itself",
    "The article lists itself as related",
    "A link back to the page one is reading wastes one of five places.",
    draft="error",
    published="warning",
    fixable=True,
    needs="document",
)
def related_itself(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    own = _own_key(view.document, context)
    for related in view.related:
        if related.url and context.site.target_of(related.url) == own:
            yield Defect(f"related_article{related.number}.url", "links to the article itself")


@rule(
    "related-twice",
    "The same related article is listed twice",
    "The second copy wastes one of five places and looks careless.",
    draft="error",
    published="warning",
    fixable=True,
    needs="document",
)
def related_twice(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    seen: dict[str, int] = {}
    for related in view.related:
        if not related.url:
            continue
        first = seen.setdefault(context.site.target_of(related.url), related.number)
        if first != related.number:
            yield Defect(
                f"related_article{related.number}.url", f"leads where that of related_article{first} does"
            )


def _own_key(document: Document, context: CheckContext) -> str:
    """The article's key: by its place, or by its address where the place is not known."""
    if context.folder is not None and context.name is not None:
        return str(slugs.ArticleKey(context.folder, context.name.removesuffix(".md")))
    return context.site.target_of(document.get("url", ""))


@rule(
    "score-missing",
    "The score is missing",
    "Every newer file has one, -1.0 where nobody scored it; a file without is left over from before.",
    draft="error",
    published="warning",
    fields=("score",),
    needs="document",
)
def score_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is not None and view.document.get("score") is None:
        yield Defect("score", "is missing; -1.0 stands for “not scored”")


@rule(
    "trailing-form",
    "The body after the front matter is not the site's",
    "Every article ends in an empty line and the site's body without a line break; another ending shows as a change in every diff.",
    draft="error",
    published="warning",
    fixable=True,
    needs="document",
)
def trailing_form(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    body = context.site.body
    if view.document is None or view.document.text.endswith(f"\n---\n\n{body}"):
        return
    if not has_canonical_ending(view.document.text, body):
        yield Defect("", f"does not end in ---, an empty line and {body} without a line break")
