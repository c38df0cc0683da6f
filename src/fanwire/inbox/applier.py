"""How one kind of event is applied: first it says what it needs to know, then it moves the ledger and speaks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Generic, NamedTuple

from fanwire.frames import Draft
from fanwire.inbox.entry import E, Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.needs import Needs


class Applier(NamedTuple, Generic[E]):
    """``collect`` adds to what is read beforehand; ``apply`` is called in the order of the rows, without I/O."""

    collect: Callable[[Entry[E], Needs], None]
    apply: Callable[[Entry[E], Ledger], Iterable[Draft]]


Appliers = dict[str, Applier[Any]]


def needs_nothing(_entry: Entry[Any], _needs: Needs) -> None:
    """For events that say something and keep nothing."""
