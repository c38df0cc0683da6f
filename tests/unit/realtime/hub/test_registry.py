"""Connections by client and by user."""

from __future__ import annotations

from fanwire.realtime.hub.registry import Registry


class Thing:
    pass


def test_connections_are_found_by_client_and_by_user() -> None:
    registry: Registry[Thing] = Registry()
    first, second, other = Thing(), Thing(), Thing()
    for client, user, connection in (("1", "anna", first), ("2", "anna", second), ("3", "boris", other)):
        registry.add(client, user, connection)
    assert registry.of_client("2") is second
    assert set(registry.of_user("anna")) == {first, second}
    assert registry.of_user("boris") == [other]
    assert registry.of_user("clara") == []
    assert (len(registry), registry.users, len(list(registry.all()))) == (3, 2, 3)


def test_connections_go_one_by_one() -> None:
    registry: Registry[Thing] = Registry()
    for client in "123":
        registry.add(client, "anna", Thing())
    for client, left in (("2", 2), ("1", 1), ("3", 0)):
        registry.remove(client, "anna")
        assert len(registry.of_user("anna")) == left
    registry.remove("3", "anna")
    assert (len(registry), registry.users) == (0, 0)


def test_the_only_connection_of_a_user_goes() -> None:
    registry: Registry[Thing] = Registry()
    registry.add("1", "anna", Thing())
    registry.remove("1", "anna")
    assert (registry.of_user("anna"), registry.users) == ([], 0)


def test_anonymous_connections_are_counted_and_not_addressed() -> None:
    registry: Registry[Thing] = Registry()
    registry.add("1", "", Thing())
    assert (len(registry), registry.users, registry.of_user("")) == (1, 0, [])
    registry.remove("1", "")
    assert len(registry) == 0
