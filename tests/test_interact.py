"""Explorers and films: live with a kernel, and by keyboard in a page without one."""

import html
import json
import re
import shutil

import numpy as np
import pytest

from helpers import interact, plots

IMAGES = np.random.default_rng(0).random((3, 8, 8))


def stripes(width, bright=1.0):
    """Bars of a width and a brightness."""
    image = np.zeros((16, 16))
    image[:, ::width] = bright
    return image


def explorer(**changes):
    choices = {"width": [2, 3, 4], "bright": [0.5, 1.0]} | changes
    return interact.explore(stripes, alt="Vertical bars", **choices)


def film():
    frames = np.linspace(0, 1, 5)[:, None, None, None] * IMAGES
    return plots.scrub(frames, [0, 10, 20, 30, 40], alt="Three patterns grow", name="training step")


def data(text):
    return json.loads(html.unescape(re.search(r'data-frames="(.*?)"', text).group(1)))


def test_the_page_holds_a_frame_and_a_text_for_every_choice():
    held = data(explorer().html())
    assert len(set(held["frames"])) == 6
    assert held["values"] == [["2", "3", "4"], ["0.5", "1"]]
    assert held["alts"][1] == "Vertical bars. width 2, bright 1."
    assert len(set(held["alts"])) == 6


def test_the_frames_are_in_the_order_of_the_sliders():
    made = explorer()
    pictures = [made.picture(width=w, bright=b) for w in (2, 3, 4) for b in (0.5, 1.0)]
    assert made.combinations()[3] == {"width": 3, "bright": 1.0}
    assert data(made.html())["frames"] == [interact.data_uri(picture) for picture in pictures]


def test_a_slider_of_the_live_view_calls_the_function():
    view = explorer().widget()
    shown, width, _ = view.children
    before = shown.value
    width.value = 4
    assert shown.value != before
    assert "width 4, bright 0.5" in shown.value
    assert interact.data_uri(explorer().picture(width=4, bright=0.5)) in shown.value


def test_one_bundle_holds_the_live_view_and_the_page():
    bundle = explorer()._repr_mimebundle_()
    assert set(bundle) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"]


def test_figures_can_be_explored_and_texts_computed():
    def show(angle):
        return plots.grid(np.roll(IMAGES, angle, 2))

    made = interact.explore(show, alt=lambda angle: f"Turned by {angle}", angle=[0, 3], start={"angle": 3})
    held = data(made.html())
    assert held["alts"] == ["Turned by 0", "Turned by 3"]
    assert f'src="{held["frames"][1]}"' in made.html()


def test_too_many_frames_are_refused_with_their_number():
    with pytest.raises(ValueError, match=r"30 of width × 3 of bright make 90 frames, .* hold 80"):
        explorer(width=range(1, 31), bright=[0.1, 0.2, 0.3])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"width": [2]}, "needs at least two"),
        ({"start": {"width": 7}}, "none of its values"),
        ({"start": {"height": 7}}, "height=7"),
    ],
)
def test_choices_that_make_no_sense_are_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        explorer(**changes)


def test_an_explorer_that_shows_nothing_new_is_refused():
    with pytest.raises(ValueError, match="no choices"):
        interact.explore(stripes, alt="bars")
    with pytest.raises(ValueError, match="same picture"):
        interact.explore(lambda size: IMAGES, alt="the same", size=[1, 2]).html()
    with pytest.raises(ValueError, match="NaN"):
        interact.explore(lambda size: IMAGES * np.nan, alt="NaN", size=[1, 2]).html()


def test_the_players_name_no_ids_and_no_other_files():
    for text in (explorer().html(), film().content):
        assert " id=" not in text
        assert "http" not in text
        assert "data-explorer" in text


def test_texts_cannot_break_out_of_the_page():
    text = interact.explore(stripes, alt='"><script>alert(1)</script>', width=[2, 3]).html()
    assert "<script>alert" not in text


def test_a_film_needs_words_for_those_who_do_not_see_it():
    with pytest.raises(ValueError, match="alt is empty"):
        plots.scrub(np.stack([IMAGES, IMAGES]), alt=" ")


def test_without_scripts_the_last_frame_of_a_film_stands():
    held = data(film().content)
    assert f'src="{held["frames"][-1]}"' in film().content
    assert '<div class="controls" hidden>' in film().content


@pytest.fixture(scope="module")
def browser():
    sync = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: the players were not tried in a browser")
    with sync.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Open a page of two explorers and a film: a function of the browser's settings."""
    style = "@media (prefers-color-scheme: dark) { body { background: #121212; color: #eee } }"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Players</title><style>{style}</style>'
    players = explorer().html() + explorer(width=[4, 5]).html() + film().content
    file = tmp_path / "page.html"
    file.write_text(f"{head}<main><h1>Players</h1>{players}</main></html>", encoding="utf-8")
    contexts = []

    def opening(**settings):
        contexts.append(browser.new_context(**settings))
        page = contexts[-1].new_page()
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.faults.append(request.url) if "http" in request.url else None)
        page.goto(file.as_uri())
        return page

    yield opening
    for context in contexts:
        context.close()


def sources(page):
    return [image.get_attribute("src") for image in page.locator("img").all()]


def test_arrow_keys_change_the_picture_and_no_other_player(opened):
    page = opened()
    before = sources(page)
    for place, slider in enumerate(page.locator("input").all()):
        slider.focus()
        seen = sources(page)
        page.keyboard.press("ArrowLeft" if place == 4 else "ArrowRight")
        changed = [a != b for a, b in zip(seen, sources(page), strict=True)]
        assert changed == [place in (0, 1), place in (2, 3), place == 4]
    assert page.locator("img").first.get_attribute("alt") == "Vertical bars. width 3, bright 1."
    assert page.locator("input").first.get_attribute("aria-valuetext") == "3"
    page.keyboard.press("Home")
    assert page.locator("output").last.text_content() == "0"
    assert sources(page)[2] != before[2]
    assert page.faults == []


def test_a_film_plays_pauses_and_stops_at_its_end(opened):
    page = opened()
    button = page.get_by_role("button")
    button.press("Enter")
    assert button.text_content() == "Pause"
    button.press("Enter")
    assert button.text_content() == "Play"
    assert page.locator("output").last.text_content() != "40"
    button.press("Enter")
    page.wait_for_function("document.querySelector('button').textContent === 'Play'", timeout=5000)
    assert page.locator("output").last.text_content() == "40"


def test_readers_who_want_no_motion_step_through_the_film(opened):
    page = opened(reduced_motion="reduce")
    button = page.get_by_role("button")
    assert button.text_content() == "Next"
    button.press("Enter")
    page.wait_for_timeout(400)
    assert page.locator("output").last.text_content() == "0"
    button.press("Enter")
    assert page.locator("output").last.text_content() == "10"


def test_without_scripts_pictures_stand_and_dead_controls_are_hidden(opened):
    page = opened(java_script_enabled=False)
    assert all(image.is_visible() for image in page.locator("img").all())
    assert not any(slider.is_visible() for slider in page.locator("input").all())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_the_players_are_accessible_and_fit_the_page(opened, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    page = opened(color_scheme=scheme, viewport={"width": width, "height": 900})
    found = axe.Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
