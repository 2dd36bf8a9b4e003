"""Packed postings: what goes in comes out, whatever the numbers are."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from search_index.engines.whoosh.packing import pack, part, unpack

# A token: its key, and how far its document and its place are from those before, so that all widths occur.
TOKENS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from((0, 0, 1, 300, 70_000)), st.sampled_from((1, 200, 66_000))),
    max_size=200,
)


@given(TOKENS)
@settings(max_examples=200, deadline=None, database=None)
def test_what_goes_in_comes_out(tokens: list[tuple[int, int, int]]) -> None:
    wanted: dict[int, dict[int, list[int]]] = {}
    columns: list[tuple[int, int, int]] = []
    doc = place = 0
    for key, step, further in tokens:
        doc, place = doc + step, place + further
        columns.append((key, doc, place))
        wanted.setdefault(key, {}).setdefault(doc, []).append(place)
    keys, docs, places = (
        np.array(column, np.int64) for column in (zip(*columns, strict=True) if columns else ((),) * 3)
    )
    found = {}
    for key, size, section in pack(keys, docs, places):
        postings = unpack(part(section, 2), 2, placed=True)
        assert postings.places is not None
        assert postings.starts is not None
        assert not len(unpack(part(section, 2), 1).ids)
        cuts = postings.starts.tolist()
        found[key] = {
            doc: postings.places[first:last].tolist()
            for doc, first, last in zip(postings.ids.tolist(), cuts[:-1], cuts[1:], strict=True)
        }
        assert postings.counts.tolist() == [len(one) for one in found[key].values()]
        assert size == len(found[key])
    assert found == wanted
    assert {key: unpack(section).ids.tolist() for key, _, section in pack(keys, docs)} == {
        key: list(one) for key, one in wanted.items()
    }


def test_the_parts_of_a_term_are_told_apart() -> None:
    keys, docs, places = np.array([0, 0, 1]), np.array([3, 9, 5]), np.array([1, 2, 300])
    sections = [section for _, _, section in pack(keys, docs, places)]
    packed = part(sections[0], 0) + part(sections[1], 2)
    assert unpack(packed, 0).ids.tolist() == [3, 9]
    assert unpack(packed, 1).ids.tolist() == []
    assert unpack(packed, 2).ids.tolist() == [5]
    assert unpack(b"").ids.tolist() == []
