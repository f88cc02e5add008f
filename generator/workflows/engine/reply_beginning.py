"""How the last reply to a job begins, to show a person what came instead of a readable one."""

from generator.content.text import one_line
from generator.model.reply.reply import BadReply, read_reply
from generator.store.ledger.runs.jobs import Job

_BEGINNING = 200


def reply_beginning(job: Job) -> str | None:
    """The first 200 characters of the last recorded reply, on one line; None where none can be opened."""
    if not job.replies:
        return None
    last = job.replies[-1]
    try:
        reply = read_reply(last.body, mode=last.mode, output_cap=0, recorded=True)
    except BadReply:
        return None
    text = next((reading.content for reading in reply.readings if reading.content.strip()), "")
    return one_line(text)[:_BEGINNING]
