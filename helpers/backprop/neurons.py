"""Two neurons in a row, small enough to follow with pencil and paper."""

SAID = (
    "Forward: what is a?", "a = w x + b. Next: h.", "h = max(a, 0). Next: y.", "y = v h + c. Next: L.",
    "L = (y − t)². Backward starts with dL/dL = 1.", "dL/dy = 2 (y − t). Next: the second neuron.",
    "dL/dv = dL/dy · h,  dL/dc = dL/dy,  dL/dh = dL/dy · v. Next: dL/da.",
    "dL/da = dL/dh if a > 0, else 0. Next: the first neuron.",
    "dL/dw = dL/da · x,  dL/db = dL/da,  dL/dx = dL/da · w. Done.",
)  # fmt: skip


def two_neurons(step, w):
    """Return what is known after `step` (0 to 8) of the numbers: quantities, operations, weights and a note.

    They are the arguments of `plots.computation`; a number that is not computed yet is None. w is the first weight.
    """
    if step not in range(len(SAID)):
        raise ValueError(f"step is {step!r}; give a whole number from 0 to {len(SAID) - 1}.")
    x, b, v, c, t = 2.0, 1.0, -1.0, 0.5, 1.0
    a = w * x + b
    h = max(a, 0.0)
    y = v * h + c
    dy = 2 * (y - t)
    dh = dy * v
    da = dh * (a > 0)

    def known(number, since):
        return number + 0.0 if step >= since else None  # −0 becomes 0

    quantities = {"x": (x, known(da * w, 8)), "a": (known(a, 1), known(da, 7)), "h": (known(h, 2), known(dh, 6))}
    quantities |= {"y": (known(y, 3), known(dy, 5)), "L": (known((y - t) ** 2, 4), known(1, 4))}
    weights = {0: {"w": (w, known(da * x, 8)), "b": (b, known(da, 8))}}
    weights |= {2: {"v": (v, known(dy * h, 6)), "c": (c, known(dy, 6))}, 3: {"t": (t, None)}}
    return quantities, ["w x + b", "max(a, 0)", "v h + c", "(y − t)²"], weights, SAID[step]
