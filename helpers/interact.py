"""Explorers: sliders that call a function while a kernel runs, and that still work in a page without one."""

import html
import itertools

from helpers.plots.films import frame
from helpers.plots.player import data_uri, page, shown_size

#: More frames than these make a page heavy: a frame weighs up to 30 kB.
MOST_FRAMES = 80


def explore(function, alt, start=None, columns=None, **choices):
    """A picture that follows its sliders: ``explore(show, alt="…", angle=[0, 45, 90], size=[1, 2])``.

    `function(angle=…, size=…)` returns a figure, an image or several images in [0, 1], `columns` to a line;
    every other keyword is the list of values of one slider. `alt` says what the picture shows: a text, to
    which the values are added, or a function of them. `start` is {name: value}, else the first values. With a
    kernel the sliders call the function; for a page without one all frames are computed at once, at most 80.
    Underscores in names are shown as spaces.
    """
    return Explorer(function, alt, _checked_choices(choices), start or {}, columns)


def _checked_choices(choices):
    if not choices:
        raise ValueError("no choices: give at least one list of values, such as angle=[0, 45, 90]")
    choices = {name: list(values) for name, values in choices.items()}
    total = 1
    for name, values in choices.items():
        total *= len(values)
        if len(values) < 2:
            raise ValueError(f"{name} has {len(values)} values: a slider needs at least two")
    if total > MOST_FRAMES:
        counts = " × ".join(f"{len(values)} of {name}" for name, values in choices.items())
        raise ValueError(
            f"{counts} make {total} frames, and a page may hold {MOST_FRAMES}: "
            "give fewer values, or split the explorer into two"
        )
    return choices


class Explorer:
    """What `explore` returns: a notebook shows it as live widgets, a page as frames."""

    def __init__(self, function, alt, choices, start, columns=None):
        self.function, self.alt, self.choices, self.columns = function, alt, choices, columns
        self.start = {name: start.get(name, values[0]) for name, values in choices.items()}
        for name, value in start.items():
            if value not in choices.get(name, ()):
                raise ValueError(f"start gives {name}={value!r}, which is none of its values: {choices.get(name)}")

    def picture(self, **values):
        """The pixels for these values, uint8: what a slider calls."""
        return frame(self.function(**values), self.columns, "the explored function's result")

    def text(self, **values):
        """The alternative text for these values."""
        if callable(self.alt):
            return self.alt(**values)
        return f"{self.alt.rstrip('. ')}. {', '.join(f'{spoken(n)} {written(v)}' for n, v in values.items())}."

    def combinations(self):
        """Every choice of values, the last name running fastest."""
        return [dict(zip(self.choices, values, strict=True)) for values in itertools.product(*self.choices.values())]

    def html(self):
        """The player with all frames, for a page without a kernel."""
        combinations = self.combinations()
        frames = [self.picture(**values) for values in combinations]
        if all((image == frames[0]).all() for image in frames[1:]):
            raise ValueError(
                "the explored function gives the same picture for all values: the sliders would do nothing"
            )
        texts = {spoken(name): [written(value) for value in values] for name, values in self.choices.items()}
        start = [values.index(self.start[name]) for name, values in self.choices.items()]
        return page(frames, [self.text(**values) for values in combinations], texts, start)

    def widget(self):
        """The live view: ipywidgets sliders that call the function."""
        import ipywidgets

        shown = ipywidgets.HTML()
        sliders = {name: self._slider(name) for name in self.choices}

        def follow(_=None):
            values = {name: slider.value for name, slider in sliders.items()}
            picture, text = self.picture(**values), html.escape(self.text(**values))
            shown.value = f'<img src="{data_uri(picture)}" {shown_size(picture)} alt="{text}">'

        for slider in sliders.values():
            slider.observe(follow, "value")
        follow()
        return ipywidgets.VBox([shown, *sliders.values()])

    def _slider(self, name):
        import ipywidgets

        options = [(written(value), value) for value in self.choices[name]]
        slider = ipywidgets.SelectionSlider(options=options, value=self.start[name], description=spoken(name))
        slider.style.description_width, slider.layout.width = "initial", "480px"
        return slider

    def __repr__(self):
        return self.text(**self.start)

    def _repr_mimebundle_(self, include=None, exclude=None):
        live = {"version_major": 2, "version_minor": 0, "model_id": self.widget().model_id}
        still = {"text/html": self.html(), "text/plain": repr(self)}
        return {"application/vnd.jupyter.widget-view+json": live, **still}


def spoken(name):
    return name.replace("_", " ")


def written(value):
    return f"{value:g}" if isinstance(value, float) else str(value)
