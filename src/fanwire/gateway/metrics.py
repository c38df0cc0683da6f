"""``/metrics``: plain integers that the rooms count anyway, read when Prometheus asks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route


class Figure(NamedTuple):
    """One number: what it is called (without the prefix), what it means, and what it is now."""

    name: str
    help: str
    value: float
    kind: Literal["counter", "gauge"] = "gauge"
    labels: tuple[tuple[str, str], ...] = ()


Source = Callable[[], Iterable[Figure]]

PREFIX = "fanwire_"


class Figures(Collector):
    """Collects the figures of every source; counting itself costs nothing but an addition."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self._sources = tuple(sources)

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        for source in self._sources:
            for figure in source():
                family = families.setdefault(figure.name, _family(figure))
                family.add_metric([value for _, value in figure.labels], figure.value)  # type: ignore[attr-defined]
        yield from families.values()


def metrics_route(sources: Iterable[Source]) -> Route:
    """The route that shows them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Figures(sources))

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(registry), headers={"content-type": CONTENT_TYPE_LATEST})

    return Route("/metrics", metrics)


def _family(figure: Figure) -> Metric:
    made = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    return made(PREFIX + figure.name, figure.help, labels=[label for label, _ in figure.labels])
