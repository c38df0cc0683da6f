"""``python -m benchmarks.calls URL CALLS SECONDS ROUNDS``: prints the rates of each round as JSON."""

from __future__ import annotations

import asyncio
import sys

import msgspec

from benchmarks.calls.rates import measure


def main(url: str, calls: str, seconds: str, rounds: str) -> None:
    rates = asyncio.run(measure(url, int(calls), float(seconds), int(rounds)))
    sys.stdout.buffer.write(msgspec.json.encode(rates))


if __name__ == "__main__":
    main(*sys.argv[1:])
