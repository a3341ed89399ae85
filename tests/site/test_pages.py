"""Every built page as readers meet it: light and dark, phone and desk, keyboard and screen reader."""

import re
from collections import namedtuple

import pytest
from axe_playwright_python.sync_playwright import Axe

from tools import chapters

pytestmark = pytest.mark.site
WIDTHS = {"phone": 390, "desk": 1440}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
SAYS_NOTHING = re.compile(r"^[0-9a-f_]{16,}$|\.(png|jpe?g|gif|svg)$|^_images/", re.IGNORECASE)
WIDER = """() => [...document.querySelectorAll('body *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.right > innerWidth + 1 && !e.closest('pre, .pst-scrollable-table-container');
}).map(e => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().right)}`).slice(0, 5)"""
Visit = namedtuple("Visit", "page requests failures errors")


@pytest.fixture(scope="module", params=[(s, w) for s in ("light", "dark") for w in WIDTHS], ids="-".join)
def context(request, browser):
    scheme, width = request.param
    size = {"width": WIDTHS[width], "height": 900}
    context = browser.new_context(color_scheme=scheme, viewport=size, reduced_motion="reduce")
    context.set_default_timeout(60_000)
    yield context
    context.close()


@pytest.fixture(scope="module", params=[*chapters.pages(), "genindex", "search"])
def visit(request, context, site):
    """Open a page, note what it asks for and complains about, and wait until it stands still."""
    page = context.new_page()
    visit = Visit(page, [], [], [])
    page.on("request", lambda asked: visit.requests.append(asked.url))
    page.on("requestfailed", lambda asked: visit.failures.append(asked.url))
    page.on("response", lambda answer: visit.failures.append(answer.url) if answer.status >= 400 else None)
    page.on("console", lambda message: visit.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.goto(f"{site}/{request.param}.html", wait_until="networkidle")
    page.wait_for_function("() => !window.MathJax?.startup?.promise || MathJax.startup.promise.then(() => true)")
    yield visit
    page.close()


def test_the_page_is_quiet(visit):
    assert not visit.errors
    assert not visit.failures


def test_nobody_else_hears_of_the_reader(visit, site):
    assert not [url for url in visit.requests if not url.startswith((site, "data:", "blob:"))]


def test_nothing_is_wider_than_the_screen(visit):
    wide = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not visit.page.evaluate(wide), visit.page.evaluate(WIDER)


def test_every_image_is_described(visit):
    images = visit.page.eval_on_selector_all("main img", "all => all.map(i => [i.alt, i.getAttribute('src')])")
    assert not [(alt, src[:60]) for alt, src in images if len(alt.strip()) <= 15 or SAYS_NOTHING.search(alt.strip())]


def test_every_image_shows(visit):
    broken = "all => all.filter(i => i.complete && !i.naturalWidth).map(i => i.src.slice(0, 80))"
    assert not visit.page.eval_on_selector_all("img", broken)


def test_the_formulas_are_set(visit):
    unset = "all => all.filter(m => !m.querySelector('mjx-container')).map(m => m.textContent)"
    assert not visit.page.eval_on_selector_all(".math", unset)


def test_everybody_can_use_the_page(visit):
    result = Axe().run(visit.page, options={"runOnly": {"type": "tag", "values": WCAG}, "preload": False})
    assert result.violations_count == 0, result.generate_report()


def test_the_explorers_answer_the_keyboard(visit):
    for explorer in visit.page.locator("[data-explorer]").all():
        picture = explorer.locator("img").first
        seen = {picture.get_attribute("src")}
        for slider in explorer.locator("input[type=range]").all():
            before, at_the_end = picture.get_attribute("alt"), slider.evaluate("s => s.value === s.max")
            slider.focus()
            visit.page.keyboard.press("ArrowLeft" if at_the_end else "ArrowRight")
            visit.page.wait_for_timeout(100)
            assert picture.get_attribute("alt") != before, "every slider changes what is shown and said"
            seen.add(picture.get_attribute("src"))
        assert len(seen) > 1, "the sliders change no picture"


def test_a_slider_between_two_pictures_answers_the_keyboard(visit):
    for both in visit.page.locator("[data-before-after]").all():
        upper, slider = both.locator("img").nth(1), both.locator("input[type=range]")
        shown, said = upper.evaluate("i => i.style.clipPath"), slider.get_attribute("aria-valuetext")
        slider.focus()
        visit.page.keyboard.press("ArrowRight")
        assert upper.evaluate("i => i.style.clipPath") != shown
        assert slider.get_attribute("aria-valuetext") != said
