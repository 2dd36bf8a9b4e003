"""What is similar is found by few words when the index is large: frequent ones cost most and tell least."""

from search_index.engines.whoosh import answers


def test_frequent_words_are_left_out_when_they_cost_too_much() -> None:
    much = answers._AFFORDED
    sizes = {"rare": 100, "known": 5000, "half": much // 2, "all": 2 * much, "more": much // 3, "little": 10}
    assert answers._affordable(["rare", "known", "half", "all", "more", "little"], sizes) == [
        "rare", "known", "half", "more", "little"
    ]  # fmt: skip


def test_the_most_telling_words_always_count() -> None:
    sizes = dict.fromkeys("abcd", 10 * answers._AFFORDED)
    assert answers._affordable(list("abcd"), sizes) == ["a", "b"]
    assert answers._affordable([], {}) == []
