"""Distinguishes an exhausted quota or missing credit from a short-term rate limit, by the words of an error answer.

Providers send both with the same statuses. A run can wait for the end of a limit per second, minute or hour, but not
for the end of a quota per day or month, nor for credit.
"""

import re

_BEGINNING_CHARS = 100
# An answer that asks for a longer wait reports an exhausted quota, whatever its words are.
LONG_WAIT_SECONDS = 3600.0

_SENTENCE_END = re.compile(r"[.!?;]\s+|\n|,\s+(?=please\b)")
# Advice on how to get more contains amounts and periods that do not belong to the limit that was reached.
_ADVICE = re.compile(
    r"\b(?:upgrad|unlock|purchas|subscrib|increase|raise|visit|learn more|(?:need|get|buy|want) (?:\w+ )?more|add \d)"
)

_SHORT_PERIOD = re.compile(
    r"(?:per|by|/)[\s_-]?(?:min|sec|hour)|/\s(?:min|sec|hour)|/s\b|\b[rt]p[msh]\b|per 60 ?s\b"
    r"|perminute|persecond|byminute"
)
_LONG_PERIOD = re.compile(
    r"(?:per|by|/)[\s_-]?(?:1 ?)?(?:day|week|month)|/\s(?:day|week|month)|\b[rt]pd\b"
    r"|(?:per|in|every|/) ?(?:the last )?(?:86400 ?s|(?:24|48)[ -]?h(?:ours?|rs?)?)\b|\bdaily\b|\bweekly\b|\bmonthly\b"
    r"|\btoday\b|\bfor (?:the|this) (?:day|week|month)\b|\buntil tomorrow\b|\bday limit\b|每日|每天|今日|当日"
)
_LIMIT = re.compile(
    r"limit|quota|exceed|exhaust|reached|used|allowance|allocation|credits|budget|cap\b|too many|run out|限|额|次数"
)
_USED = re.compile(r"\bused\b")
# Google names each limit that was reached: GenerateRequestsPerDayPerProjectPerModel-FreeTier.
_QUOTA_ID = re.compile(r"quota_?id\W+(\w+)")

_SPENT_BUDGET = r"budget has been exceeded!|exceededbudget:|exceeded budget for|crossed budget:"
_CREDIT = re.compile(
    r"key limit exceeded|"
    r"insufficient[_ ](?:quota|balance|credit|fund)"
    r"|balance[_ ](?:is |was )?(?:too low|insufficient|not enough|exhausted)"
    r"|(?:insufficient|not enough|low|negative) (?:account |credit )?balance"
    r"|(?:not enough|have any|ha(?:s|ve) no|out of|used all|used up|requires? more|exceeded your)"
    r" (?:\w+ ){0,3}credits\b"
    r"|no (?:\w+ ){0,2}credits (?:left|remaining|available)"
    r"|credits? (?:\w+ )?(?:is |are |has been |have been )?(?:depleted|exhausted|used up)"
    r"|credit[_ ]limit (?:\w+ ){0,2}(?:exceeded|reached)|(?:exceed|reach)\w* (?:\w+ ){0,3}credit[_ ]limit"
    r"|billing hard limit|account is not active"
    r"|\b(?:account|balance|payment)\W+(?:\w+\W+){0,3}(?:overdue|arrears?)\b"
    r"|\b(?:overdue|arrears?)\W+(?:\w+\W+)?(?:account|balance|payment)"
    r"|(?:reach|exceed)\w* (?:\w+ ){0,4}spend(?:ing)?[_ -](?:limit|cap)"
    r"|spend(?:ing)?[_ -](?:limit|cap) (?:\w+ ){0,3}(?:reach|exceed)"
    r"|payment required|account\b.{0,80}\b(?:suspended|deactivated)"
    r"|credits? (?:have |has )?run out|(?:trial|free|user)[ _](?:quota|tokens|credits)[ _](?:is |are |was |were )?(?:used up|exhausted)"
    r"|exhausted your (?:capacity|quota)|额度(?:已用尽|不足)|账户已用尽"
    rf"|free tier (?:of the model )?(?:has been|is) exhausted|{_SPENT_BUDGET}|余额不足|欠费"
)
_CURRENT_QUOTA = re.compile(r"exceeded your current (?:\w+ )?quota")
_CODE = re.compile(
    r"insufficient_(?:quota|balance|credit|fund)|billing_hard_limit|billing_not_active|exceeded_current_quota"
    r"|credit_limit|budget_exceeded|payment_required|accountoverdue|arrear|freetieronly"
    r"|(?:daily|monthly)_?(?:quota|limit)|(?:requests|tokens)_?per_?(?:day|month)|(?<![a-z])[rt]pd(?![a-z])"
    r"|insufficient_user_quota|token_quota_(?:failed|exhausted)|billing_?disabled|free_?quota_?exhausted"
)
# An error that may repeat the request or the model's text counts only if it begins with one of these.
_STATEMENT = re.compile(
    r"you exceeded your current (?:\w+ )?quota, please|your credit balance is too low to|billing hard limit has been"
    rf"|insufficient_quota|exceeded_current_quota|billing_hard_limit|{_SPENT_BUDGET}"
)
# Google words every limit like this, DashScope a limit per minute.
_ANY_QUOTA = re.compile(r"resource_exhausted|allocat\w* ?quota|(?:retry|try again) (?:in|after) \d")
_NO_QUOTA_AT_ALL = re.compile(r"quota exceeded for metric:[^,]*, limit: 0\b")
_WAIT = re.compile(r"(?:after|in|wait|for) (\d{4,})(?:\.\d+)? ?s(?:ec(?:ond)?s?)?\b")
_SHORT_WAIT = re.compile(
    r"(?:retry|again|wait)\w*(?: (?:in|after|for))?"
    r" (?:\d{1,2}(?:\.\d+)? ?s(?:ec(?:ond)?s?)?|1 ?min(?:ute)?|\d+ ?m(?:illi)?s(?:ec(?:ond)?s?)?)\b"
)


def is_exhausted(status: int, message: str, labels: str, body: str) -> bool:
    """Whether the quota or credit is used up, for longer than a run can wait.

    False in doubt, because a few useless retries cost less than a run that ends too early.

    Args:
        message: the error's message.
        labels: the error's codes and types.
        body: the whole answer.
    """
    message, labels = message.lower(), labels.lower()
    if _CODE.search(labels):
        return True
    if _may_repeat_texts(status):
        return bool(_STATEMENT.search(message[:_BEGINNING_CHARS]))
    quotas = _QUOTA_ID.findall(body.lower())
    if quotas:
        return any("perday" in name or "permonth" in name for name in quotas)
    statements = [part for part in _SENTENCE_END.split(message) if not _ADVICE.search(part)]
    text = " ; ".join([*statements, labels])
    if _NO_QUOTA_AT_ALL.search(text) or any(
        int(seconds) >= LONG_WAIT_SECONDS for seconds in _WAIT.findall(text)
    ):
        return True
    limits = " ; ".join(part for part in statements if _LIMIT.search(part))
    if _SHORT_PERIOD.search(
        limits
    ):  # even if a long period is named too: many providers list all their limits
        return False
    if _LONG_PERIOD.search(limits):
        return bool(_USED.search(limits)) or not _SHORT_WAIT.search(message)
    if _CREDIT.search(text):
        return True
    return bool(_CURRENT_QUOTA.search(text)) and not _ANY_QUOTA.search(f"{text} {body.lower()}")


def _may_repeat_texts(status: int) -> bool:
    """Whether errors of a status may repeat the request (400, 413, 422) or the model's text (500 and above)."""
    return status in (400, 413, 422) or status >= 500
