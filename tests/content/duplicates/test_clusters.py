"""Clusters form around the page that is kept, and never by a chain of similar pages."""

from hypothesis import example, given
from hypothesis import strategies as st

from generator.content.duplicates.clusters import components, form_clusters
from generator.content.duplicates.pairs import DuplicatePair


def near(one: str, other: str, **more) -> DuplicatePair:
    return DuplicatePair(one, other, "near_question", 0.9, **more)


def same(one: str, other: str) -> DuplicatePair:
    return DuplicatePair(one, other, "same_question", 1.0)


def members(pairs, rank=lambda key: key):
    return [cluster.members for cluster in form_clusters(pairs, rank)]


def test_a_page_that_is_near_only_to_a_member_stays_out():
    assert members([near("a", "b"), near("b", "c")]) == [("a", "b")]
    assert members([near("a", "b"), near("b", "c"), near("a", "c")]) == [("a", "b", "c")]


def test_a_copy_of_a_member_belongs_to_the_cluster():
    pairs = [near("a", "b"), same("b", "c"), same("a", "d"), near("d", "e"), same("e", "f")]
    (cluster,) = form_clusters(pairs, lambda key: key)
    assert cluster.members == ("a", "b", "c", "d", "e", "f")
    assert {key: pair.kind for key, pair in cluster.evidence.items()} == {
        "b": "near_question",
        "c": "near_question",
        "d": "same_question",
        "e": "near_question",
        "f": "near_question",
    }


def test_the_page_of_the_lowest_rank_is_kept():
    (cluster,) = form_clusters([near("a", "b"), near("b", "c")], lambda key: -ord(key[0]))
    assert (cluster.keeper, cluster.members) == ("c", ("b", "c"))


def test_open_pairs_form_no_cluster():
    assert members([near("a", "b", is_sure=False)]) == []
    assert components([near("a", "b", is_sure=False), near("c", "d")]) == [["c", "d"]]


def test_the_evidence_is_the_strongest_pair_without_a_doubt():
    doubted = same("a", "b")._replace(doubt="look")
    (cluster,) = form_clusters([doubted, near("a", "b")], lambda key: key)
    assert cluster.evidence["b"].kind == "near_question"


KEYS = st.sampled_from("abcdefgh")
PAIRS = st.lists(
    st.builds(
        lambda one, other, kind: DuplicatePair(one, other, kind, 0.9),
        KEYS,
        KEYS,
        st.sampled_from(["near_question", "same_question", "near_answer"]),
    ).filter(lambda pair: pair.one != pair.other),
    max_size=16,
)


@given(PAIRS)
def test_each_page_is_in_one_cluster_and_each_cluster_has_one_keeper(pairs):
    clusters = form_clusters(pairs, lambda key: key)
    listed = [key for cluster in clusters for key in cluster.members]
    assert len(listed) == len(set(listed))
    for cluster in clusters:
        assert cluster.keeper == min(cluster.members)
        assert cluster.keeper not in cluster.evidence and cluster.evidence


@example(
    [
        DuplicatePair("a", "c", "near_question", 0.9),
        DuplicatePair("b", "c", "same_question", 0.9),
        DuplicatePair("d", "b", "same_question", 0.9),
    ]
)
@given(PAIRS)
def test_every_copy_of_a_kept_page_is_in_its_cluster(pairs):
    clusters = {key: cluster for cluster in form_clusters(pairs, lambda key: key) for key in cluster.members}
    for pair in pairs:
        if pair.kind == "same_question" and clusters[pair.one].keeper == pair.one:
            assert clusters[pair.other].keeper <= pair.one
