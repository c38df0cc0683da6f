"""Wire codes in words: what happened, and what to change (codes: ``fanwire.errors``)."""

from __future__ import annotations

ERRORS = {
    100: "the server failed; its log says why",
    101: "no user: give --user or --token",
    102: "no namespace has this name, or there is no such thing; see channel.namespaces",
    103: "this user may not subscribe; the server's log names the rule and the setting",
    105: "already subscribed",
    106: "too many subscriptions on one connection; see client.channel_limit",
    107: "the server could not read the command; a channel is ASCII and at most channel.max_length long",
    108: "the namespace has this feature switched off",
    109: "the token has expired",
    110: "the token has expired",
    111: "too many requests; try again later",
    112: "the position is too old: what was missed is no longer in the history",
}
CLOSES = {
    1006: "the network or a proxy cut the connection",
    3000: "the server closed the connection",
    3001: "the server is shutting down",
    3004: "the server failed; its log says why",
    3005: "the token ran out and was not renewed",
    3006: "a subscription ran out",
    3008: "this client read too slowly",
    3010: "the position was lost; coming back recovers it",
    3011: "the server asked for a reconnect",
    3012: "the server missed our answer to its ping",
    3500: "the token is not one of this server's: is the secret the same (client.token.hmac_secret_key)?",
    3501: "the server wants a token: give --user or --token, or set client.insecure in development",
    3502: "the connection was not used in time",
    3503: "the server disconnected this user",
    3504: "too many connections; see client.connection_limit and client.user_connection_limit",
    3505: "too many channels; see client.channel_limit",
    3507: "this user may not connect",
}


def explained(code: int, message: str, words: dict[int, str]) -> str:
    """``103 permission denied: ...`` as one line."""
    line = f"{code} {message}".strip()
    return f"{line}: {words[code]}" if code in words else line
