"""Whether a text of the offline model may reach the site: one rule for articles and for search fields."""

from generator.config import PublishSettings


def offline_refusal(is_offline: bool, settings: PublishSettings) -> str | None:
    """Why a text may not be written into the site; None where it may."""
    if is_offline and not settings.allow_offline:
        return "was written by the offline model: publish.allow_offline in config.yaml is false"
    return None
