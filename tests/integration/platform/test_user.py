"""/api/user/settings"""

from __future__ import annotations

from tests.integration.platform.api import PlatformApi


async def test_any_valid_token_has_settings_without_a_write(api: PlatformApi) -> None:
    assert await api.ok("somebody-7", "GET", "/api/user/settings") == {
        "id": "somebody-7",
        "nickname": "somebody-7",
        "bio": "",
        "avatar": None,
        "isCreator": False,
    }


async def test_only_the_fields_that_are_sent_change(api: PlatformApi) -> None:
    path = "/api/user/settings"
    avatar = "https://img.example/a.png"
    await api.ok("boris", "PATCH", path, {"nickname": " Борис ", "bio": "b", "avatar": avatar})
    changed = await api.ok("boris", "PATCH", path, {"bio": "c"})
    assert changed == {"id": "boris", "nickname": "Борис", "bio": "c", "avatar": avatar, "isCreator": False}
    assert await api.ok("boris", "GET", path) == changed
    assert (await api.ok("boris", "PATCH", path, {"avatar": None}))["avatar"] is None
    assert await api.events() == []


async def test_a_creators_change_is_told(api: PlatformApi) -> None:
    await api.post("anna")
    await api.forget()
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": "Анна", "bio": "море"})
    assert await api.events() == [
        (
            "notify_creator_update",
            {"creatorId": "anna", "changes": {"nickname": "Анна", "bio": "море", "avatar": ""}},
        )
    ]
