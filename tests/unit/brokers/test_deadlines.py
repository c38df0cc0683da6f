from __future__ import annotations

from fanwire.brokers.deadlines import Deadlines


def test_gives_due_keys_in_order_and_no_others() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for key, at in [("late", 30.0), ("first", 10.0), ("second", 20.0)]:
        deadlines.add(key, at)
    looked: list[str] = []
    assert deadlines.expire(20.0, lambda key, now: looked.append(key), limit=10) == 2
    assert looked == ["first", "second"]
    assert len(deadlines) == 1


def test_a_moved_deadline_is_put_back() -> None:
    deadlines: Deadlines[str] = Deadlines()
    deadlines.add("key", 10.0)
    deadlines.expire(10.0, lambda key, now: 50.0, limit=10)
    assert deadlines.expire(49.0, lambda key, now: None, limit=10) == 0
    assert deadlines.expire(50.0, lambda key, now: None, limit=10) == 1
    assert len(deadlines) == 0


def test_a_queued_key_is_not_queued_twice() -> None:
    deadlines: Deadlines[str] = Deadlines()
    for at in (10.0, 20.0, 30.0):
        deadlines.add("key", at)
    assert len(deadlines) == 1
    assert deadlines.pop() == "key"
    deadlines.add("key", 40.0)
    assert len(deadlines) == 1


def test_looks_at_no_more_than_the_limit() -> None:
    deadlines: Deadlines[int] = Deadlines()
    for key in range(10):
        deadlines.add(key, 1.0)
    assert deadlines.expire(2.0, lambda key, now: None, limit=3) == 3
    assert len(deadlines) == 7
