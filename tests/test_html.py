"""Facts about the built pages: nothing comes from elsewhere, no link is dead, every picture has a text."""

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

from tools import chapters
from tools.build import HTML

LOADS = (
    ("script", "src"),
    ("img", "src"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("object", "data"),
)
LOADING_LINKS = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload"}
PAGES = chapters.pages()

pytestmark = [
    pytest.mark.skipif(not HTML.is_dir(), reason="the book is not built: run `make book`"),
    pytest.mark.parametrize("page", PAGES),
]


@cache
def soup(page):
    return BeautifulSoup((HTML / f"{page}.html").read_text(encoding="utf-8"), "html.parser")


def loads(page):
    """Yield every address that the page itself loads."""
    for tag, attribute in LOADS:
        yield from (element[attribute] for element in soup(page).find_all(tag) if element.get(attribute))
    for link in soup(page).find_all("link", href=True):
        if LOADING_LINKS & set(link.get("rel", ())):
            yield link["href"]


def test_the_page_loads_nothing_from_elsewhere(page):
    assert not [address for address in loads(page) if urlsplit(address).netloc]


def test_what_the_page_loads_is_there(page):
    local = [unquote(urlsplit(address).path) for address in loads(page) if not address.startswith("data:")]
    assert not [path for path in local if not (HTML / path).is_file()]


def test_its_style_sheets_load_nothing_from_elsewhere(page):
    sheets = [HTML / urlsplit(link["href"]).path for link in soup(page).find_all("link", rel="stylesheet")]
    assert not [sheet.name for sheet in sheets if re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", sheet.read_text())]


def test_every_image_has_an_alternative_text(page):
    assert not [str(image)[:120] for image in soup(page).find_all("img") if not image.has_attr("alt")]


def test_ids_are_unique(page):
    ids = [element["id"] for element in soup(page).find_all(id=True)]
    assert not {name for name in ids if ids.count(name) > 1}


def test_every_link_inside_the_book_leads_somewhere(page):
    assert not [href for href in hrefs(page) if not leads_somewhere(page, href)]


def hrefs(page):
    return {a["href"] for a in soup(page).find_all("a", href=True) if not urlsplit(a["href"]).scheme}


def leads_somewhere(page, href):
    parts = urlsplit(href)
    target = parts.path.removesuffix(".html") if parts.path else page
    if parts.path and not (HTML / unquote(parts.path)).is_file():
        return False
    return not parts.fragment or soup(target).find(id=unquote(parts.fragment)) is not None


def test_the_page_has_one_title_and_a_language(page):
    assert len([h1 for h1 in soup(page).find_all("h1") if not h1.find_parent(id="jb-print-docs-body")]) == 1
    assert soup(page).html["lang"] == "en"
