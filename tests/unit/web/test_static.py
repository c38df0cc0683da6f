"""What must be true of the page's own files, whatever is changed in them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest

from fanwire.web.app import STATIC

VENDOR = STATIC / "vendor"
OWN = sorted(path for path in STATIC.rglob("*") if path.is_file() and VENDOR not in path.parents)
SCRIPTS = [path for path in OWN if path.suffix == ".js"]

# Each of these makes markup or code of text.
SINKS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|setHTML|srcdoc|DOMParser"
    r"|\beval\b|new Function|javascript:"
)


def _name(path: Path) -> str:
    return str(path.relative_to(STATIC))


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_text_enters_the_page_as_text_only(path: Path) -> None:
    assert SINKS.findall(path.read_text()) == []


def test_the_guard_sees_a_sink() -> None:
    assert SINKS.search("element.innerHTML = name")
    assert SINKS.search("document.write(name)")


def test_the_page_has_no_inline_script_and_no_inline_style() -> None:
    html = (STATIC / "index.html").read_text()
    assert re.findall(r"<script(?![^>]*\bsrc=)", html) == []
    assert re.findall(r"<style|\sstyle=|\son\w+=", html) == []


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = path.read_text().replace("http://www.w3.org/2000/svg", "")  # the name of the SVG namespace
    assert re.findall(r"https?://|url\(|@import", text) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=_name)
def test_imports_lead_to_files(path: Path) -> None:
    for target in re.findall(r'^import (?:.* from )?"(.+)";$', path.read_text(), re.MULTILINE):
        assert target.startswith("."), f"{target} needs a build step"
        assert (path.parent / target).is_file(), target


@pytest.mark.parametrize("path", OWN, ids=_name)
def test_files_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 400


def test_the_vendored_bundle_is_the_published_one() -> None:
    place = VENDOR / "centrifuge"
    digest = hashlib.sha256((place / "centrifuge.js").read_bytes()).hexdigest()
    assert f"`{digest}`" in (place / "README.md").read_text()
    assert (place / "LICENSE").read_text().startswith("The MIT License")
