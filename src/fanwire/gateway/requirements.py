"""What must be configured before a server may serve strangers."""

from __future__ import annotations

from fanwire.errors import ConfigurationError
from fanwire.settings import Settings

# Long enough that it cannot be guessed in bulk from one captured token (RFC 7518 section 3.2 asks for 32 bytes).
SHORTEST_SECRET = 16
WELL_KNOWN = frozenset({"secret", "changeme", "change-me", "password", "test", "dev", "fanwire", "default", "key"})
MAKE_ONE = "make one with `openssl rand -hex 32`"


def missing(settings: Settings, *, with_apis: bool = True) -> tuple[str, ...]:
    """One line per thing that production lacks, each with its fix; none in development.

    ``with_apis``: the process answers the server API and the events API, which take the API key.
    """
    if settings.environment == "development":
        return ()
    problems = []
    if not settings.client.insecure:
        secret = settings.client.token.hmac_secret_key.get_secret_value()
        problems.append(_weakness("client.token.hmac_secret_key", "FANWIRE_TOKEN_SECRET", secret))
    if with_apis and not settings.http_api.insecure:
        key = settings.http_api.key.get_secret_value()
        problems.append(_weakness("http_api.key", "FANWIRE_API_KEY", key, shortest=8))
    if not settings.database.url.get_secret_value():
        problems.append("database.url is empty: set FANWIRE_DATABASE_URL, for example postgresql://user@host/name")
    return tuple(problem for problem in problems if problem)


def require(settings: Settings, *, with_apis: bool = True) -> None:
    """Refuse to start without them.

    Raises: ConfigurationError naming each with its fix.
    """
    problems = missing(settings, with_apis=with_apis)
    if problems:
        raise ConfigurationError("\n".join(problems))


def _weakness(option: str, variable: str, secret: str, shortest: int = SHORTEST_SECRET) -> str:
    if not secret:
        return f"{option} is empty: set {variable} ({MAKE_ONE})"
    if secret.lower() in WELL_KNOWN:
        return f"{option} is a well-known word: set {variable} to a secret of your own ({MAKE_ONE})"
    if len(secret) < shortest:
        return f"{option} is shorter than {shortest} characters: set {variable} to a longer one ({MAKE_ONE})"
    return ""
