"""What is said of creators, to anyone. Their subscribers are their own business (``frames.notifications``)."""

from __future__ import annotations

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.creators import NotifyCreatorUpdate


def updated(event: NotifyCreatorUpdate) -> Draft:
    """The public fields of the profile that were given."""
    changes = event.changes.model_dump(mode="json", by_alias=True, exclude_none=True)
    data = {"type": "creator_updated", "creatorId": event.creator_id, "changes": changes}
    return Draft(Target.CHANNEL, f"creator:{event.creator_id}", data)
