"""Parses the dates of article files and of the command line: ``2026-01-31`` and no other form."""

import datetime
import re

_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def parse_date(text: str) -> datetime.date | None:
    """The date, or None where the text is no date of this form."""
    try:
        return datetime.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None
