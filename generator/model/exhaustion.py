"""Tells a used-up quota or missing credit from a limit of the minute, by the words of an error answer.

Providers send both under the same statuses. What matters is when a further call may succeed: limits of a minute
pass while a run waits, quotas of a day or a month and missing credit do not.
"""

import re

# Statuses whose message may repeat what was sent: only how it begins counts there.
_ECHOING = frozenset({400, 413, 422})
_BEGINNING_CHARS = 100
# A wait from here on is not a limit of the minute, whatever the words say.
LONG_WAIT_SECONDS = 3600.0

_SENTENCE_END = re.compile(r"[.!?;]\s+|\n|,\s+(?=please\b)")
# Advice on how to get more names amounts and periods that say nothing of the limit that was met.
_ADVICE = re.compile(r"\b(?:upgrad|unlock|purchas|subscrib|increase|raise|visit|learn more|need more|add \d)")

_SHORT_PERIOD = r"(?:per|by|/)[\s_-]?(?:min|sec|hour)|/\s(?:min|sec|hour)|/s\b|\b[rt]p[msh]\b|per 60 ?s\b|perminute|persecond|byminute"
_LONG_PERIOD = r"(?:per|by|/)[\s_-]?(?:day|week|month)|/\s(?:day|week|month)|\b[rt]pd\b|per 86400 ?s\b|\bdaily\b|\bweekly\b|\bmonthly\b"
_PERIOD = re.compile(rf"(?P<short>{_SHORT_PERIOD})|(?P<long>{_LONG_PERIOD})")
_LIMIT = re.compile(r"limit|quota|exceed|exhaust|reached|used|allowance|allocation|credits|budget|cap\b")
# Google names each limit that was met: GenerateRequestsPerDayPerProjectPerModel-FreeTier.
_QUOTA_ID = re.compile(r"quota_?id\W+(\w+)")

_CREDIT = re.compile(
    r"insufficient[_ ](?:quota|balance|credit|fund)|balance[_ ](?:is |was )?(?:too low|insufficient|not enough|exhausted)"
    r"|(?:insufficient|not enough|low|negative) (?:account |credit )?balance"
    r"|(?:not enough|no|have any|out of|run out of|used all|used up|more|exceeded your) (?:\w+ ){0,3}credits\b"
    r"|credits? (?:\w+ )?(?:is |are |has been |have been )?(?:depleted|exhausted|used up)|credit[_ ]limit"
    r"|billing_hard_limit|billing hard limit|billing[_ ]not[_ ]active|account is not active|overdue|arrear"
    r"|spend(?:ing)?[_ -](?:limit|cap)|payment required|account\b.{0,80}\b(?:suspended|deactivated)"
    r"|free tier (?:of the model )?(?:has been|is) exhausted|exceeded_current_quota|余额不足|欠费"
)
_CURRENT_QUOTA = re.compile(r"exceeded your current (?:\w+ )?quota")
# How Google words every limit, and DashScope one of the minute.
_ANY_QUOTA = re.compile(r"resource_exhausted|allocat\w* ?quota|(?:retry|try again) in \d")
_NO_QUOTA_AT_ALL = re.compile(r"quota exceeded for metric:[^,]*, limit: 0\b")
_WAIT = re.compile(r"(?:after|in|wait|for) (\d{4,})(?:\.\d+)? ?s(?:ec(?:ond)?s?)?\b")


def is_exhausted(status: int, message: str, labels: str, body: str) -> bool:
    """Whether a refusal will last for longer than a run can wait.

    Args:
        message: what the error says.
        labels: its codes and types.
        body: the whole answer.
    """
    if status in _ECHOING:
        message, body = message[:_BEGINNING_CHARS], ""
    labels = labels.lower()
    said = [part for part in _SENTENCE_END.split(message.lower()) if not _ADVICE.search(part)]
    text = " ; ".join([*said, labels])
    quotas = _QUOTA_ID.findall(body.lower())
    if any("perday" in name or "permonth" in name for name in quotas) or _NO_QUOTA_AT_ALL.search(text):
        return True
    if any(int(seconds) >= LONG_WAIT_SECONDS for seconds in _WAIT.findall(text)):
        return True
    period = next((found for part in said if _LIMIT.search(part) and (found := _PERIOD.search(part))), None)
    if period is not None or quotas:
        return period is not None and (period["long"] is not None or bool(_CREDIT.search(" ".join(said))))
    if _ANY_QUOTA.search(f"{text} {body.lower()}"):
        return bool(_CREDIT.search(" ; ".join(said)))
    return bool(_CREDIT.search(text) or _CURRENT_QUOTA.search(text))
