"""Rules on an article file as a whole: its fields, its place, its related links."""

from collections.abc import Callable, Iterator

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
    "Without a question, answer, file_name or description, the site's build fails or the page shows “undefined”.",
    draft="error",
    published="error",
    fields=_NEEDED,
    needs="document",
)
def field_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is None:
        return
    for path in _NEEDED:
        value = view.document.get(path)
        if value is None or not value.strip():
            yield Defect(path, f"{'is missing' if value is None else 'is empty'}; fill it in")


@rule(
    "title-differs",
    "Title, article_title and question differ",
    "The three fields must hold the same text: otherwise the list of questions and the page show different texts.",
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
            yield Defect(path, f"differs from the question; write “{question}”")


@rule(
    "path-differs",
    "File name, address, folder and subject do not match",
    "The subject's list links to file_name, and the site serves the page by its path: if they differ, the link fails.",
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
        yield Defect(
            "file_name", f"is {file_name!r}, but the file is named {context.name!r}; give both the same name"
        )
    if question and file_name:
        expected_name = _or_none(slugs.file_name, question)
        if expected_name is not None and expected_name != file_name:
            yield Defect("file_name", f"is {file_name!r}; for this question it must be {expected_name!r}")
    folder = context.folder
    if subject:
        expected_folder = _or_none(slugs.subject_slug, subject)
        if folder is not None and expected_folder is not None and expected_folder != folder:
            yield Defect(
                "subject",
                f"is {subject!r}, but the file is in the folder {folder!r}; change the subject or move the file",
            )
        folder = folder or expected_folder
    name = context.name or file_name
    if url and folder and name:
        expected = context.site.address_of(slugs.ArticleKey(folder, name.removesuffix(".md")))
        if url != expected:
            yield Defect("url", f"is {url!r}; for this file it must be {expected!r}")


def _or_none(slug_rule: Callable[[str], str], text: str) -> str | None:
    """What the rule makes of the text; None where it raises SlugError."""
    try:
        return slug_rule(text)
    except SlugError:
        return None


@rule(
    "seo-title",
    "seo.title does not match the subject",
    "The seo.title of every article follows one pattern; a wrong one usually remains after a change of the subject.",
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
            yield Defect("seo.title", f"is {title!r}; for this subject it must be {expected!r}")


@rule(
    "subject-spelling",
    "The subject is not spelled as in the list of subjects",
    "“Computer science” and “Computer Science” are two names of one folder: lists and statistics separate them.",
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
        yield Defect("subject", f"{subject!r} is not in the list of subjects; choose one from the list")
    elif known.name != subject:
        yield Defect("subject", f"is spelled {subject!r}; write {known.name!r} as in the list of subjects")


@rule(
    "related-numbering",
    "The related articles are not numbered 1, 2, 3 …",
    "Tools and the CMS fill related_article1 to related_article5 in order; a gap hides a missing article.",
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
            message = (
                f"is found where related_article{expected} is expected; number the related articles from 1"
            )
            yield Defect(f"related_article{number}", message)
            return


@rule(
    "related-incomplete",
    "A related article has no title or address",
    "The site's build fails on a related article without an address, and shows an empty line for one without a title.",
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
                yield Defect(f"related_article{related.number}.{part}", "is missing or empty; fill it in")


@rule(
    "related-itself",
    "The article lists itself as related",
    "A link to the page itself wastes one of five places.",
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
            yield Defect(f"related_article{related.number}.url", "links to the article itself; remove it")


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
    first_number: dict[str, int] = {}
    for related in view.related:
        if not related.url:
            continue
        first = first_number.setdefault(context.site.target_of(related.url), related.number)
        if first != related.number:
            yield Defect(
                f"related_article{related.number}.url",
                f"links to the same article as related_article{first}; remove it",
            )


def _own_key(document: Document, context: CheckContext) -> str:
    """The article's key, from its path; from its address where the path is not known."""
    if context.folder is not None and context.name is not None:
        return str(slugs.ArticleKey(context.folder, context.name.removesuffix(".md")))
    return context.site.target_of(document.get("url", ""))


@rule(
    "score-missing",
    "The score is missing",
    "Every newer file has a score, which is -1.0 if nobody scored it; only old files have none.",
    draft="error",
    published="warning",
    fields=("score",),
    fixable=True,
    needs="document",
)
def score_missing(view: ArticleView, context: CheckContext) -> Iterator[Defect]:
    if view.document is not None and view.document.get("score") is None:
        yield Defect("score", "is missing; write -1.0, which means “not scored”")


@rule(
    "trailing-form",
    "The file does not end like the files of the site",
    "After the front matter, every article has an empty line and the site's body, without a final line break."
    " A different ending appears as a change in every diff.",
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
        yield Defect("", f"must end with ---, an empty line and {body}, without a final line break")
