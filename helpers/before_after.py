"""Two pictures in one place, with a slider that uncovers the one or the other: for a page without a kernel too.

Everything is inside the HTML: no other file, no request, no element ids. Without scripts the left half shows the one
picture and the right half the other. The slider is the browser's own, so the arrow keys, Home and End work.
"""

import base64
import html

from helpers.plots.films import frame
from helpers.plots.house import encode
from helpers.plots.player import Page

#: The widest that a picture is shown, in pixels of the page.
WIDEST = 740

_STYLE = """
.before-after{background:#fff;color:#1a1a1a;padding:8px;max-width:756px;border-radius:4px;
 font:15px/1.4 system-ui,sans-serif;box-sizing:border-box}
.before-after .stage{position:relative;line-height:0;margin:0 0 8px;overflow:hidden;max-width:100%}
.before-after .stage img{display:block;width:100%;height:auto;margin:0;background:#fff}
.before-after .stage img+img{position:absolute;inset:0}
.before-after .edge{position:absolute;top:0;bottom:0;width:3px;margin-left:-1px;background:#D55E00}
.before-after .names{display:flex;justify-content:space-between;font-weight:600}
.before-after label{display:flex;align-items:center;gap:10px;margin:0;color:inherit}
.before-after label[hidden]{display:none}
.before-after input{flex:1;min-width:90px;height:28px;margin:0;accent-color:#0072B2;cursor:pointer}
.before-after :focus-visible{outline:3px solid #D55E00;outline-offset:2px}
.text_html:has(> .before-after){background:none!important;padding:0!important}
"""

_SCRIPT = """
document.querySelectorAll(".before-after:not([data-ready])").forEach(function (root) {
  root.dataset.ready = "";
  var slider = root.querySelector("input"), edge = root.querySelector(".edge");
  var upper = root.querySelectorAll("img")[1];
  root.querySelector("label").hidden = false;
  function show() {
    upper.style.clipPath = "inset(0 0 0 " + slider.value + "%)";
    edge.style.left = slider.value + "%";
    slider.setAttribute("aria-valuetext", "the left " + slider.value + " % " + root.dataset.left);
  }
  slider.addEventListener("input", show);
  show();
});
"""


def before_after(before, after, alt, names=("before", "after")):
    """Return the two pictures as one that a notebook shows, with a slider for the line between them.

    before, after: two images of one size, (height, width[, 1 or 3]) in [0, 1]. alt: what both show, in words. names:
    what is left of the line and what is right of it. Small pictures are enlarged by a whole factor, sharp, as far as
    they fit into 740 pixels. Greys stay as they are; colours that 256 entries would spoil are stored as JPEG.
    Raises ValueError where the sizes differ, the pictures are equal, or `alt` says nothing.
    """
    pictures = [frame(image, name=name) for image, name in zip((before, after), ("before", "after"), strict=True)]
    if pictures[0].shape != pictures[1].shape:
        raise ValueError(
            f"before and after have the shapes {pictures[0].shape} and {pictures[1].shape}; give equal ones."
        )
    if (pictures[0] == pictures[1]).all():
        raise ValueError("before and after are equal: the slider would do nothing")
    if not alt.strip():
        raise ValueError("alt is empty: say in a sentence what the pictures show")
    return Page(_page(*pictures, alt.rstrip(". "), *names), f"{alt.rstrip('. ')}: {names[0]} and {names[1]}")


def _page(before, after, alt, left, right):
    high, wide = before.shape[:2]
    scale = max(1, WIDEST // wide)
    shown = min(WIDEST, wide * scale)
    look = "image-rendering:pixelated;" if scale > 1 else ""
    spoken = html.escape(f"Share of the picture, from the left, that shows {left}")
    return (
        f'<div class="before-after" data-before-after data-left="{html.escape(left)}"><style>{_STYLE}</style>'
        f'<div class="stage" style="width:{shown}px;aspect-ratio:{wide}/{high}">'
        f"{_image(before, f'{alt}: {left}', look)}"
        f"{_image(after, f'{alt}: {right}', look + 'clip-path:inset(0 0 0 50%)')}"
        f'<span class="edge" style="left:50%"></span></div>'
        f'<div class="names" style="max-width:{shown}px"><span>{html.escape(left)}</span>'
        f"<span>{html.escape(right)}</span></div>"
        f'<label hidden style="max-width:{shown}px"><input type="range" min="0" max="100" value="50" '
        f'aria-label="{spoken}"></label><script>{_SCRIPT}</script></div>'
    )


def _image(pixels, alt, look):
    kind, data = encode(pixels)
    data = base64.b64encode(data).decode()
    return f'<img src="data:{kind};base64,{data}" alt="{html.escape(alt)}" style="{look}">'
