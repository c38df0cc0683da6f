"""The tree of everything Fanwire raises, and the wire codes of the Centrifuge protocol as class data.

FanwireError
    ConfigurationError          a setting is missing, unknown or contradicts another
    NotConfigured               an event function was called with ``strict=True`` and nothing to send to
    DeliveryFailed              an event could not be stored or handed over (``strict=True`` only)
    InvalidEvent                a payload does not fit its model
    DatabaseLocked              another process holds the SQLite file
    LeaseLost                   another relay took over; nothing of this batch was applied
    BrokerUnavailable           the broker cannot prove delivery right now
    NotFound                    no such item for this owner
    BadPage                     a page of a list was asked for in a way that cannot be answered (HTTP 400)
        BadCursor               the cursor was not made by this list, or was changed
        BadLimit                the limit is out of bounds
    ClientError                 answered as ``error`` of one command (codes 100-113)
    Disconnect                  closes the connection (codes 3000-3999)

Wire codes: Centrifuge client protocol, ../shared/PROTOCOL.md section 1. A client reconnects after a
disconnect code below 3500 and after 4000-4499; 3500-3999 and 4500-4999 are terminal.
"""

from __future__ import annotations

from typing import ClassVar, NamedTuple


class FanwireError(Exception):
    """Root of all errors raised by Fanwire."""


class ConfigurationError(FanwireError):
    """A setting is missing, unknown or contradictory; the message names it and what to change."""


class NotConfigured(FanwireError):
    """An event function has neither a session, nor a database, nor a server to send to."""


class DeliveryFailed(FanwireError):
    """An event could not be stored or handed over; raised only with ``strict=True``."""


class InvalidEvent(FanwireError):
    """A payload does not fit its model; the message lists each field and what is wrong with it."""


class DatabaseLocked(FanwireError):
    """A second process tried to open a SQLite file that one process must own."""


class LeaseLost(FanwireError):
    """Another relay holds the lease now; the transaction that noticed it was rolled back."""


class BrokerUnavailable(FanwireError):
    """The broker cannot prove end-to-end delivery right now."""


class NotFound(FanwireError):
    """There is no such item for this owner (it may exist for somebody else)."""


class BadPage(FanwireError, ValueError):
    """A page of a list was asked for in a way that cannot be answered: 400 over HTTP."""


class BadCursor(BadPage):
    """The cursor was not made by this list for this user, or was changed on the way."""


class BadLimit(BadPage):
    """The limit is out of bounds; the message names them."""


class ClientError(FanwireError):
    """One command failed; the connection lives on.

    ``rule`` and ``hint`` never reach the client: they go to the log line, and say which rule decided and
    which setting to change. ``reason`` is one word for the client whose access this ends ("refunded").
    """

    code: ClassVar[int] = 0
    message: ClassVar[str] = ""
    temporary: ClassVar[bool] = False

    def __init__(self, rule: str = "", hint: str = "", reason: str = "") -> None:
        self.rule = rule
        self.hint = hint
        self.reason = reason
        super().__init__(f"{self.code} {self.message}" + (f": {rule}" if rule else "") + (f" ({hint})" if hint else ""))


class InternalError(ClientError):
    code, message, temporary = 100, "internal server error", True


class Unauthorized(ClientError):
    code, message = 101, "unauthorized"


class UnknownChannel(ClientError):
    code, message = 102, "unknown channel"


class PermissionDenied(ClientError):
    code, message = 103, "permission denied"


class MethodNotFound(ClientError):
    code, message = 104, "method not found"


class AlreadySubscribed(ClientError):
    code, message = 105, "already subscribed"


class LimitExceeded(ClientError):
    code, message = 106, "limit exceeded"


class BadRequest(ClientError):
    code, message = 107, "bad request"


class NotAvailable(ClientError):
    code, message = 108, "not available"


class TokenExpired(ClientError):
    code, message = 109, "token expired"


class Expired(ClientError):
    code, message = 110, "expired"


class TooManyRequests(ClientError):
    code, message, temporary = 111, "too many requests", True


class UnrecoverablePosition(ClientError):
    code, message = 112, "unrecoverable position"


class ConcurrentPagination(ClientError):
    code, message, temporary = 113, "concurrent pagination", True


class Disconnect(FanwireError):
    """The connection ends with this close code; ``reason`` is what the client sees (at most 123 bytes)."""

    code: ClassVar[int] = 0
    reason: ClassVar[str] = ""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__(f"{self.code} {self.reason}" + (f": {detail}" if detail else ""))


class ConnectionClosed(Disconnect):
    code, reason = 3000, "connection closed"


class Shutdown(Disconnect):
    code, reason = 3001, "shutdown"


class ServerError(Disconnect):
    code, reason = 3004, "internal server error"


class ConnectionExpired(Disconnect):
    code, reason = 3005, "connection expired"


class SubscriptionExpired(Disconnect):
    code, reason = 3006, "subscription expired"


class SlowConsumer(Disconnect):
    code, reason = 3008, "slow"


class WriteError(Disconnect):
    code, reason = 3009, "write error"


class InsufficientState(Disconnect):
    code, reason = 3010, "insufficient state"


class ForceReconnect(Disconnect):
    code, reason = 3011, "force reconnect"


class NoPong(Disconnect):
    code, reason = 3012, "no pong"


class CommandRateExceeded(Disconnect):
    code, reason = 3013, "too many requests"


class StateInvalidated(Disconnect):
    code, reason = 3014, "state invalidated"


class InvalidToken(Disconnect):
    code, reason = 3500, "invalid token"


class BadCommand(Disconnect):
    code, reason = 3501, "bad request"


class Stale(Disconnect):
    code, reason = 3502, "stale"


class ForceDisconnect(Disconnect):
    code, reason = 3503, "force disconnect"


class ConnectionLimit(Disconnect):
    code, reason = 3504, "connection limit"


class ChannelLimit(Disconnect):
    code, reason = 3505, "channel limit"


class InappropriateProtocol(Disconnect):
    code, reason = 3506, "inappropriate protocol"


class DisconnectPermissionDenied(Disconnect):
    code, reason = 3507, "permission denied"


class DisconnectNotAvailable(Disconnect):
    code, reason = 3508, "not available"


class TooManyErrors(Disconnect):
    code, reason = 3509, "too many errors"


class Unsubscribe(NamedTuple):
    """Code and reason of an unsubscribe push: below 2500 final, from 2500 the client subscribes again."""

    code: int
    reason: str


UNSUBSCRIBED_BY_CLIENT = Unsubscribe(0, "client unsubscribed")
UNSUBSCRIBED_BY_DISCONNECT = Unsubscribe(1, "disconnect")
UNSUBSCRIBED_BY_SERVER = Unsubscribe(2000, "server unsubscribe")
UNSUBSCRIBED_INSUFFICIENT = Unsubscribe(2500, "insufficient state")
UNSUBSCRIBED_EXPIRED = Unsubscribe(2501, "expired")
UNSUBSCRIBED_INVALIDATED = Unsubscribe(2502, "state invalidated")
