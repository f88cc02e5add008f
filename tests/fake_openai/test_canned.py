from generator.fake_openai.canned import CANNED_DRAFT


def test_the_canned_draft_is_within_the_limits() -> None:
    words = sum(len(point["body"].split()) for point in CANNED_DRAFT["points"])
    words += len(CANNED_DRAFT["introduction"].split()) + len(CANNED_DRAFT["conclusion"].split())
    assert 200 <= words <= 550
    assert 70 <= len(CANNED_DRAFT["page_description"]) <= 122
    assert 8 <= len(CANNED_DRAFT["page_keywords"]) <= 12
