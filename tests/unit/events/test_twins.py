"""The sync functions have the names, arguments and docs of the async ones, and each event has both."""

from __future__ import annotations

import inspect
from importlib import import_module
from types import FunctionType

import pytest

from fanwire.payloads import EVENTS

SUBJECTS = ("notifications", "posts", "creators", "access", "messages", "flash_sales", "auctions", "tips")


def functions(module_name: str) -> dict[str, FunctionType]:
    module = import_module(module_name)
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module_name
    }


@pytest.mark.parametrize("subject", SUBJECTS)
def test_they_are_the_same(subject: str) -> None:
    one, other = functions(f"fanwire.events.{subject}"), functions(f"fanwire.events.sync.{subject}")
    assert list(one) == list(other)
    for name in one:
        assert inspect.signature(one[name]) == inspect.signature(other[name]), name
        assert one[name].__doc__ == other[name].__doc__
        assert inspect.iscoroutinefunction(one[name])
        assert not inspect.iscoroutinefunction(other[name])


def test_every_event_has_its_function() -> None:
    names = {name for subject in SUBJECTS for name in functions(f"fanwire.events.{subject}")}
    assert names == {*EVENTS, "send_notifications"}
