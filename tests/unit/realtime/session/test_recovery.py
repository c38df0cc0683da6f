"""The two pure decisions of recovery: what a client gets, and what of the held publications is still new."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.realtime.protocol.stream import Publication, StreamPosition
from fanwire.realtime.session.recovery import Gap, merge, recover
from fanwire.realtime.session.subscription import Held

TOP = StreamPosition(5, "epoch")


def stream(first: int, last: int) -> list[Publication]:
    return [Publication(b"%d" % offset, offset) for offset in range(first, last + 1)]


def held(*offsets: int, epoch: str = "epoch") -> list[Held]:
    return [Held(Publication(b"%d" % offset, offset), epoch) for offset in offsets]


@pytest.mark.parametrize(
    ("asked", "found", "recovered", "offset"),
    [
        (StreamPosition(3, "epoch"), stream(4, 5), True, 3),
        (StreamPosition(5, "epoch"), [], True, 5),
        (StreamPosition(0, ""), stream(1, 5), True, 0),
        (StreamPosition(3, ""), stream(4, 5), True, 3),
        (StreamPosition(3, "other"), stream(4, 5), False, 5),
        (StreamPosition(0, "_"), [], False, 5),
        (StreamPosition(2, "epoch"), stream(4, 5), False, 5),
        (StreamPosition(3, "epoch"), stream(4, 4), False, 5),
        (StreamPosition(3, "epoch"), [], False, 5),
        (StreamPosition(9, "epoch"), [], False, 5),
    ],
)
def test_recover(asked: StreamPosition, found: list[Publication], recovered: bool, offset: int) -> None:
    result = recover(asked, found, TOP)
    assert (result.recovered, result.offset, result.position) == (recovered, offset, TOP)
    assert list(result.publications) == (found if recovered else [])


def test_merge_drops_what_history_gave() -> None:
    rest, position = merge(TOP, held(3, 4, 5, 6, 7))
    assert ([one.publication.offset for one in rest], position.offset) == ([6, 7], 7)


def test_merge_keeps_publications_without_an_offset_in_their_place() -> None:
    rest, _ = merge(TOP, held(5, 0, 6, 0))
    assert [one.publication.offset for one in rest] == [0, 6, 0]


def test_merge_of_nothing() -> None:
    assert merge(TOP, ()) == ([], TOP)


@pytest.mark.parametrize("late", [held(7), held(6, 8), held(6, epoch="other"), held(5, epoch="other")])
def test_merge_finds_gaps_and_other_epochs(late: list[Held]) -> None:
    with pytest.raises(Gap):
        merge(TOP, late)


@given(read=st.integers(0, 20), since=st.integers(0, 20), live=st.integers(0, 20))
def test_history_and_live_make_one_order_wherever_they_overlap(read: int, since: int, live: int) -> None:
    """Publications ``since`` .. ``live`` were held; history was read at ``read``."""
    offsets = list(range(since + 1, live + 1))
    if offsets and offsets[0] > read + 1:
        with pytest.raises(Gap):
            merge(StreamPosition(read, "epoch"), held(*offsets))
        return
    rest, position = merge(StreamPosition(read, "epoch"), held(*offsets))
    assert [one.publication.offset for one in rest] == list(range(read + 1, max(read, live if offsets else 0) + 1))
    assert position.offset == (max(read, live) if offsets else read)
