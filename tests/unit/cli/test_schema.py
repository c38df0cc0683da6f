"""``fanwire schema``: what the npm package has, and what it would have after a change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import ClassVar

import pytest

from fanwire.cli.typescript import files
from fanwire.payloads import EVENTS, Event, NotificationType, NotifyNewPost, SendNotification
from fanwire.payloads.base import Id
from fanwire.payloads.schema import json_schema

from .conftest import Fanwire

GENERATED = Path(__file__).parents[3] / "clients" / "typescript" / "src" / "generated"


def test_the_npm_package_has_the_types_of_these_models(fanwire: Fanwire) -> None:
    done = fanwire("schema", "typescript", str(GENERATED), "--check")
    assert (done.code, done.out + done.err) == (0, "")


def test_check_fails_and_says_what_to_run_when_a_file_differs_or_is_missing(fanwire: Fanwire, tmp_path: Path) -> None:
    folder = tmp_path / "generated"
    done = fanwire("schema", "typescript", str(folder), "--check")
    assert done.code == 1
    assert f"fanwire schema typescript {folder}" in done.err
    assert not folder.exists()
    fanwire("schema", "typescript", str(folder))
    assert fanwire("schema", "typescript", str(folder), "--check").code == 0
    types = folder / "types.ts"
    types.write_text(types.read_text().replace("likesCount", "likes"))
    done = fanwire("schema", "typescript", str(folder), "--check")
    assert done.code == 1
    assert "types.ts" in done.err
    assert "schema.ts" not in done.err


def test_json_has_a_definition_for_every_function(fanwire: Fanwire) -> None:
    document = json.loads(fanwire("schema", "json").out)
    assert list(document["functions"]) == list(EVENTS)
    for entry in document["functions"].values():
        assert entry["$ref"].removeprefix("#/$defs/") in document["$defs"]
    assert document["$defs"]["NotificationType"]["enum"] == list(NotificationType)


def test_templates_stand_for_what_the_models_compute() -> None:
    functions = json_schema()["functions"]
    assert functions["notify_new_post"]["orderingKey"] == "creator:{post.creatorId}"
    assert functions["block_user"]["access"] == {
        "user": "{blockedId}",
        "resource": "block:{userId}",
        "kind": "block",
        "tier": None,
        "until": None,
        "reason": "blocked",
    }
    assert "access" not in functions["send_notification"]


class Reaction(Event):
    """``user_id`` reacted.

    With one of the site's own signs.
    """

    function: ClassVar[str] = "react"
    user_id: Id
    strength: int | None = None
    signs: list[str]


def test_a_new_model_gives_new_types_and_keeps_the_others() -> None:
    made = files(json_schema([SendNotification, NotifyNewPost, Reaction]))
    assert (
        "/**\n * `userId` reacted.\n *\n * With one of the site's own signs.\n */\nexport interface Reaction {\n"
        "  userId: Id;\n  strength?: Numeric | null | undefined;\n  signs: readonly (string)[];\n}\n"
    ) in made["types.ts"]
    assert "  react: Reaction;\n" in made["types.ts"]
    assert '  react: {"$ref": "#/$defs/Reaction"' in made["schema.ts"]


@pytest.mark.parametrize("prose", ["One item for one user", "description"])
def test_the_schema_for_run_time_carries_no_prose(prose: str) -> None:
    assert prose not in (GENERATED / "schema.ts").read_text(encoding="utf-8")
