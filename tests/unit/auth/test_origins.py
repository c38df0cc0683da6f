from __future__ import annotations

import pytest

from fanwire.auth.origins import AllowedOrigins
from fanwire.errors import ConfigurationError

ALLOWED = AllowedOrigins(
    ["https://example.com", "http://localhost:3000", "https://*.fans.example", "http://[::1]:8000"]
)

PASSING = [
    "",
    "https://example.com",
    "https://example.com:443",
    "HTTPS://Example.COM",
    "http://localhost:3000",
    "https://anna.fans.example",
    "https://a.b.fans.example",
    "https://a-b.fans.example",
    "http://[::1]:8000",
]

REFUSED = [
    "null",
    "*",
    "https://",
    "example.com",
    "//example.com",
    "http://example.com",
    "https://example.com:8443",
    "https://example.com:80",
    "https://example.com.evil.test",
    "https://evilexample.com",
    "https://evil-example.com",
    "https://example.comevil.test",
    "https://example.com@evil.test",
    "https://evil.test@example.com",
    "https://evil.test/https://example.com",
    "https://evil.test#https://example.com",
    "https://evil.test?https://example.com",
    "https://example.com/",
    "https://example.com/path",
    "https://example.com.",
    "https://sub.example.com",
    " https://example.com",
    "https://example.com ",
    "https://example.com\t",
    "https://example.com\x00.evil.test",
    "https://example.com, https://evil.test",
    "https://ехample.com",
    "https://xn--xample-hva.com",
    "file://",
    "chrome-extension://example.com",
    "javascript:alert(1)",
    "http://localhost",
    "http://localhost:30000",
    "http://localhost:3000.evil.test",
    "http://127.0.0.1:3000",
    "https://fans.example",
    "https://.fans.example",
    "https://-.fans.example.evil.test",
    "https://evil.test:1.fans.example",
    "https://evil.test/.fans.example",
    "https://evilfans.example",
    "http://anna.fans.example",
    "https://anna.fans.example:8443",
    "https://" + "a" * 100_000 + ".fans.example",
    "http://[::1]:8001",
    "http://::1:8000",
]


@pytest.mark.parametrize("origin", PASSING)
def test_passes(origin: str) -> None:
    assert ALLOWED.allows(origin)


@pytest.mark.parametrize("origin", REFUSED)
def test_refuses_with_a_rule(origin: str) -> None:
    assert not ALLOWED.allows(origin)
    assert ALLOWED.why_not(origin)


def test_an_empty_list_lets_only_requests_without_origin_pass() -> None:
    nobody = AllowedOrigins([])
    assert nobody.allows("")
    assert "client.allowed_origins is empty" in nobody.why_not("https://example.com")
    assert not nobody.allows("null")


def test_a_star_lets_everything_pass() -> None:
    anybody = AllowedOrigins(["*"])
    assert anybody.allows("https://anything.test")
    assert anybody.allows("null")


@pytest.mark.parametrize(
    "entry", ["", "null", "example.com", "https://example.com/", "https://exa mple.com", "https://a.com:port", "*.com"]
)
def test_an_entry_that_is_no_origin_is_refused_by_name(entry: str) -> None:
    with pytest.raises(ConfigurationError, match=r"client\.allowed_origins"):
        AllowedOrigins([entry])
