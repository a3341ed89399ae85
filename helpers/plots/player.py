"""The player in the page: one picture, a slider for each choice, every frame inside the HTML itself.

It needs no other file, no kernel and no element ids, so any number of them live on one page. The sliders are
the browser's own, so the arrow keys, Home and End work; a screen reader hears the value and the frame's text.
"""

import base64
import html
import json

from helpers.plots.house import encode

_STYLE = """
.frames-player{background:#fff;color:#1a1a1a;padding:8px;max-width:756px;border-radius:4px;
 font:15px/1.4 system-ui,sans-serif;box-sizing:border-box}
.frames-player img{display:block;max-width:100%;height:auto;margin:0 0 8px;background:#fff}
.frames-player .controls{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center}
.frames-player .controls[hidden]{display:none}
.frames-player .control{display:flex;flex:1 1 260px;align-items:center;gap:10px;margin:0}
.frames-player label{display:flex;flex:1;align-items:center;gap:10px;margin:0;color:inherit}
.frames-player input{flex:1;min-width:90px;height:28px;margin:0;accent-color:#0072B2;cursor:pointer}
.frames-player output{min-width:4.5em;font-variant-numeric:tabular-nums;font-weight:600;color:inherit}
.frames-player button{min-width:88px;min-height:32px;padding:2px 12px;border:1px solid #0072B2;
 border-radius:4px;background:#fff;color:#005a8e;font:inherit;cursor:pointer}
.frames-player button:hover{background:#e8f2f9}
.frames-player :focus-visible{outline:3px solid #D55E00;outline-offset:2px}
.text_html:has(> .frames-player){background:none!important;padding:0!important}
.frames-player .spoken{position:absolute;width:1px;height:1px;overflow:hidden;
 clip-path:inset(50%);white-space:nowrap}
"""

_SCRIPT = """
document.querySelectorAll(".frames-player:not([data-ready])").forEach(function (root) {
  root.dataset.ready = "";
  var data = JSON.parse(root.dataset.frames), image = root.querySelector("img");
  var sliders = Array.from(root.querySelectorAll("input")), button = root.querySelector("button");
  var spoken = root.querySelector(".spoken"), outputs = root.querySelectorAll("output"), timer = null;
  var still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  root.querySelector(".controls").hidden = false;
  function show() {
    var place = 0;
    sliders.forEach(function (slider, k) {
      var text = data.values[k][slider.value];
      place = place * data.values[k].length + Number(slider.value);
      slider.setAttribute("aria-valuetext", text);
      outputs[k].textContent = text;
    });
    image.src = data.frames[place];
    image.alt = data.alts[place];
    if (!timer) spoken.textContent = data.alts[place];
  }
  function stop() {
    clearInterval(timer);
    timer = null;
    if (button) button.textContent = still ? "Next" : "Play";
  }
  function forward() {
    var slider = sliders[0], last = Number(slider.max), now = Number(slider.value);
    if (now >= last && !still) { stop(); return; }
    slider.value = now >= last ? 0 : now + 1;
    show();
  }
  sliders.forEach(function (slider) { slider.addEventListener("input", function () { stop(); show(); }); });
  if (!button) return;
  stop();
  button.addEventListener("click", function () {
    if (still) { forward(); return; }
    if (timer) { stop(); return; }
    if (sliders[0].value === sliders[0].max) { sliders[0].value = 0; show(); }
    button.textContent = "Pause";
    timer = setInterval(forward, data.pause);
  });
});
"""


class Page:
    """Finished HTML that a notebook shows, in Jupyter, in Colab and in the built book alike."""

    def __init__(self, content, text):
        self.content, self.text = content, text

    def _repr_html_(self):
        return self.content

    def __repr__(self):
        return self.text


def page(frames, alts, choices, start, play=False, pause=120):
    """The HTML of a player.

    `frames` are uint8 pixels and `alts` their texts, in the order of the choices with the last one running
    fastest; `choices` is {label: [text of each value]}; `start`, the place shown first in each; `play` adds a
    button that runs through the first choice, `pause` milliseconds a frame.
    """
    place = 0
    for values, at in zip(choices.values(), start, strict=True):
        place = place * len(values) + at
    uris = [data_uri(frame) for frame in frames]
    data = {"frames": uris, "alts": alts, "values": list(choices.values()), "pause": pause}
    image = _image(frames[place], uris[place], alts[place])
    controls = "".join(map(_slider, choices, choices.values(), start))
    button = '<button type="button">Play</button>' if play else ""
    data = html.escape(json.dumps(data, ensure_ascii=False))
    return (
        f'<div class="frames-player" data-explorer data-frames="{data}">'
        f"<style>{_STYLE}</style>{image}"
        f'<div class="controls" hidden>{button}{controls}</div>'
        f'<span class="spoken" aria-live="polite"></span>'
        f"<script>{_SCRIPT}</script></div>"
    )


def data_uri(frame):
    """Pixels as an address that holds the whole picture."""
    kind, data = encode(frame, colours=64)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _image(frame, uri, alt):
    return f'<img {shown_size(frame)} src="{uri}" alt="{html.escape(alt)}">'


def shown_size(frame):
    """The HTML for the size: small images by a whole factor and sharp, large ones 740 wide."""
    height, width = frame.shape[:2]
    scale = max(1, min(740 // width, 420 // height)) if width <= 740 else 740 / width
    sharp = ' style="image-rendering:pixelated"' if scale > 1 else ""
    return f'width="{round(width * scale)}" height="{round(height * scale)}"{sharp}'


def _slider(label, values, at):
    label, text = html.escape(label), html.escape(values[at])
    slider = f'<input type="range" min="0" max="{len(values) - 1}" value="{at}" aria-valuetext="{text}">'
    return f'<div class="control"><label><span>{label}</span>{slider}</label><output>{text}</output></div>'
