"""The shape that all event payloads share: camelCase outside, snake_case inside, unknown fields ignored."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)
from pydantic.alias_generators import to_camel


def _text(value: Any) -> Any:
    """Rows number their ids, channels name them: an int or a UUID becomes its text."""
    return value if value is None or isinstance(value, (str, bool, float)) else str(value)


# U+0000 as JSON writes it, and not as the end of an escaped backslash before "u0000".
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")

# An id in a channel name: one printable ASCII word, so that no id can reach into another channel.
ID_PATTERN = r"^[\x21-\x7e]+$"
Id = Annotated[
    str,
    BeforeValidator(_text),
    StringConstraints(min_length=1, max_length=128, pattern=ID_PATTERN),
    Field(json_schema_extra={"pattern": ID_PATTERN}),  # pydantic leaves it out of the schema after a validator
]
# The largest whole number that BIGINT, JSON and JavaScript agree about.
LARGEST = 2**53 - 1
# In every zone these are of the years 1 to 9999: what a database shows in its own zone can be read again.
_EARLIEST, _LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


def _readable_everywhere(moment: datetime) -> datetime:
    if not _EARLIEST <= moment <= _LATEST:
        raise ValueError(f"not between {_EARLIEST:%d.%m.%Y} and {_LATEST:%d.%m.%Y}; if it has no end, leave it out")
    return moment


# An aware time that the access log keeps.
Moment = Annotated[AwareDatetime, AfterValidator(_readable_everywhere)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class Payload(BaseModel):
    """An allow-list: callers may pass whole rows or ORM objects, and what is not named here is dropped."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        extra="ignore",
        frozen=True,
        from_attributes=True,
        allow_inf_nan=False,  # JSON has no such numbers: PostgreSQL would refuse the row, and with it the caller's own
    )


class Event(Payload):
    """What one event function says; stored as the ``payload`` of an outbox row under ``function``."""

    function: ClassVar[str]

    @model_validator(mode="after")
    def _can_be_stored(self) -> Self:
        """PostgreSQL refuses U+0000 in text, SQLite cuts the text there: the caller hears of it before either."""
        written = self.model_dump_json()
        if "\\u0000" in written and _NUL.search(written):
            raise ValueError("a text holds the character U+0000, which databases do not keep; remove it")
        return self

    def ordering_key(self) -> str:
        """Events with the same key must keep their order."""
        return ""

    def to_json(self) -> dict[str, Any]:
        """The payload column: camelCase, JSON types, without the fields that were not given."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
