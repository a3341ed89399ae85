"""What the book needs beyond the settings of Sphinx and its theme: no third party, pages for everybody."""

import shutil
from importlib.util import find_spec
from pathlib import Path

MENDED = {
    '<div role="list" class="citation-list">': '<div class="citation-list">',
    ' role="doc-biblioentry"': "",
    ' id="exercise-content"': "",
    ' id="solution-content"': "",
}


def setup(app):
    options = app.config.html_theme_options
    options["logo"] = {
        "text": app.config.html_title,
        "alt_text": f"{app.config.html_title}: to the first page",
    }
    options |= {"primary_sidebar_end": [], "pygments_light_style": "a11y-high-contrast-light"}
    options |= {"pygments_dark_style": "a11y-high-contrast-dark"}
    announce(app, options["repository_url"])
    app.connect("builder-inited", copy_mathjax)
    app.connect("html-page-context", mend, priority=900)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}


def announce(app, repository_url):
    """Give the pages their public address (site map, previews) once the book has one."""
    owner, repository = repository_url.rstrip("/").split("/")[-2:]
    if owner != "OWNER_NOT_SET":
        app.config.html_baseurl = app.config.ogp_site_url = f"https://{owner.lower()}.github.io/{repository}/"
        app.config.sitemap_url_scheme = "{link}"
        app.setup_extension("sphinx_sitemap")


def copy_mathjax(app):
    """Copy the one file of MathJax that the pages load from the package that carries all of it."""
    if app.builder.format == "html":
        package = Path(find_spec("sphinx-mathjax-offline").submodule_search_locations[0])
        target = Path(app.outdir) / "_static" / "mathjax" / "tex-svg.js"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / "static" / "mathjax" / "tex-svg.js", target)


def mend(app, pagename, templatename, context, doctree):
    """Mend what docutils, sphinx-exercise and the theme write: old roles, ids that repeat, a menu of one entry."""
    for text, better in MENDED.items():
        context["body"] = context.get("body", "").replace(text, better)
    buttons = context.get("header_buttons", [])
    for place, button in enumerate(buttons):
        if button.get("label") == "launch-buttons" and len(button["buttons"]) == 1:
            colab = button["buttons"][0]
            text = {
                "text": "Colab",
                "tooltip": "Run this chapter in Colab",
                "label": "colab",
                "icon": "fas fa-play",
            }
            buttons[place] = {"type": "link", "url": colab["url"]} | text
