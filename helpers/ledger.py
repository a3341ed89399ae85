"""Stored results: one JSON file a benchmark, with the code it came from. Loads no TensorFlow.

A ledger `book/results/<name>.json` holds `name`, `profile` (always full), `seeds`, `seconds` (the sum of all
runs), `hardware`, `versions`, `modules` (dotted name → digest of its code), `code` (the digest of them all)
and `metrics`: metric → number, or metric → list with a value per seed, or model → metric → number or list. Where a
model had fewer seeds than others, its lists are of the first ones.
A finished run has the same fields and `model`, and lies in `book/results/runs/<name>/<model>-<seed>.json`.
"""

import json
import math
import os
import re
import statistics

from helpers.digest import ROOT, changed, combined, digest, digests

FIELDS = ("name", "profile", "seeds", "seconds", "hardware", "versions", "modules", "code", "metrics")


def results(root=ROOT):
    """Return the folder of the ledgers: `book/results` in a checkout, `helpers/results` where installed."""
    return root / ("book" if (root / "pyproject.toml").is_file() else "helpers") / "results"


def check(record):
    """Return `record` if it follows the schema, else raise ValueError: field, value, what is allowed."""
    name, fields = record.get("name"), set(record)
    _require(name, "fields", sorted(fields), {*FIELDS} <= fields <= {*FIELDS, "model"}, sorted(FIELDS))
    for field, (true, allowed) in _rules(**record).items():
        _require(name, field, record.get(field), true, allowed)
    _check_metrics(name, "metrics", record["metrics"], len(record["seeds"]), deeper=True)
    return record


def _rules(name, profile, seeds, seconds, hardware, versions, modules, code, metrics, model="none"):
    """Return {field: (whether it is as it should be, what is allowed)}."""
    return {
        "name": (_is_name(name), "lower-case letters, digits and '_'"),
        "model": (_is_name(model), "lower-case letters, digits and '_'"),
        "profile": (profile == "full", "'full'; a quick run touches no ledger"),
        "seeds": (_is_seeds(seeds), "a list of different whole numbers, at least one"),
        "seconds": (_is_number(seconds) and seconds >= 0, "a number, 0 or more"),
        "hardware": (isinstance(hardware, str) and hardware != "", "the device in words"),
        "versions": (_is_texts(versions), "{package: version}, not empty"),
        "modules": (_is_texts(modules), "{dotted name: digest}, not empty"),
        "code": (_is_texts(modules) and code == combined(modules), "the digest of 'modules'"),
        "metrics": (isinstance(metrics, dict) and metrics != {}, "{metric: …}, not empty"),
    }


def _require(name, field, given, true, allowed):
    if not true:
        raise ValueError(f"ledger {name!r}, {field}: given {given!r}; allowed: {allowed}.")


def _is_name(value):
    return isinstance(value, str) and re.fullmatch(r"[a-z][a-z0-9_]*", value) is not None


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _is_seeds(value):
    whole = isinstance(value, list) and all(type(seed) is int and seed >= 0 for seed in value)
    return whole and len(value) == len(set(value)) > 0


def _is_texts(value):
    return isinstance(value, dict) and value != {} and all(isinstance(text, str) for text in value.values())


def _check_metrics(name, place, metrics, seeds, *, deeper):
    """Check metric → number, or a list with one per seed; one level `deeper`, model → metric → the same.

    The lists of a model are equally long, and may end before the last seed.
    """
    lengths = [len(value) for value in metrics.values() if isinstance(value, list)]
    seeds = lengths[0] if lengths and not deeper and 1 < lengths[0] < seeds else seeds
    allowed = f"a finite number, or a list of {seeds} (one per seed){', or {metric: …}' if deeper else ''}"
    for key, value in metrics.items():
        if isinstance(value, dict) and value and deeper:
            _check_metrics(name, f"{place}.{key}", value, seeds, deeper=False)
            continue
        numbers = value if isinstance(value, list) and len(value) == seeds else [value]
        _require(name, f"{place}.{key}", value, all(map(_is_number, numbers)), allowed)


def read(name, *, folder=None):
    """Return the ledger `name` as a checked dictionary. Raises FileNotFoundError where nothing is stored."""
    path = (folder or results()) / f"{name}.json"
    if not path.is_file():
        raise FileNotFoundError(f"no results at {path}: in a checkout, run `make benchmarks NAME={name}`.")
    return load(path)


def load(path):
    """Return the checked record of a ledger's or run's file. Raises ValueError where its name is another."""
    try:
        record = check(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, AttributeError) as error:
        raise ValueError(f"{path}: {error}") from None
    name = record["name"]
    place = f"/{name}/{record['model']}-{record['seeds'][0]}.json" if "model" in record else f"/{name}.json"
    _require(name, "file", str(path), path.as_posix().endswith(place), f"…{place}")
    return record


def write(name, metrics, *, seeds, seconds, modules, folder=None):
    """Write the ledger `name` of a full run, return it. `modules`: the code it depends on, as in `digest`."""
    record = check(_record(name, metrics, seeds, seconds, modules))
    return save((folder or results()) / f"{name}.json", record)


def save_run(name, model, seed, metrics, *, seconds, modules, folder=None):
    """Write one finished run, `metrics` = {metric: number}, and return it."""
    record = check(_record(name, metrics, [seed], seconds, modules) | {"model": model})
    return save(_run_path(name, model, seed, folder), record)


def _record(name, metrics, seeds, seconds, modules):
    from helpers import runtime

    used = digests(*modules, profile="full")
    record = {"name": name, "profile": runtime.profile(), "seeds": list(seeds)}
    record |= {"seconds": seconds, "hardware": runtime.hardware(), "versions": runtime.versions()}
    record |= {"modules": used, "code": combined(used), "metrics": metrics}
    return json.loads(json.dumps(record, default=lambda value: value.tolist()))


def save(path, record):
    """Write `record` as JSON in one step (an interruption leaves the old file or the new one), return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        half.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(half, path)
    finally:
        half.unlink(missing_ok=True)
    return record


def _run_path(name, model, seed, folder):
    return (folder or results()) / "runs" / name / f"{model}-{seed}.json"


def load_run(name, model, seed, *, folder=None):
    """Return the checked record of one finished run."""
    return load(_run_path(name, model, seed, folder))


def finished(name, model, seed, *, modules, folder=None):
    """Return True where a valid run file exists and its code is today's."""
    try:
        return load_run(name, model, seed, folder=folder)["code"] == digest(*modules, profile="full")
    except (FileNotFoundError, ValueError):
        return False


def assemble(name, runs, *, flat=False, folder=None):
    """Build the ledger from finished runs and return it; `runs` = {model: seeds}.

    Several seeds, all of them or the first ones, give model → metric → list, one seed gives a number for each
    metric; the seconds of each run are a metric as well. `flat=True` gives metrics called `model_metric`.
    Raises ValueError with the runs that are missing or whose code has changed.
    """
    paths = [_run_path(name, model, seed, folder) for model, seeds in runs.items() for seed in seeds]
    every = {path: load(path) for path in paths if path.is_file()}
    missing = [f"{path.stem} (not there)" for path in paths if not path.is_file()]
    old = {path: changed(run["modules"], profile="full") for path, run in every.items()}
    missing += [f"{path.stem} ({why})" for path in old for why in old[path]]
    if missing:
        raise ValueError(f"ledger {name!r} is not assembled, runs are missing: {', '.join(missing)}.")
    seeds = list(max(runs.values(), key=len))
    first = all(len(each) == 1 or list(each) == seeds[: len(each)] for each in runs.values())
    _require(name, "runs", runs, first, f"for each model {seeds}, the first of these, or one")
    return save((folder or results()) / f"{name}.json", check(_merged(name, seeds, every.values(), flat)))


def _merged(name, seeds, every, flat):
    models = {run["model"]: [other for other in every if other["model"] == run["model"]] for run in every}
    metrics = {model: _per_seed(of_model) for model, of_model in models.items()}
    if flat:
        metrics = {f"{model}_{key}": value for model in metrics for key, value in metrics[model].items()}
    used = dict(sorted(item for run in every for item in run["modules"].items()))
    installed = [run["versions"] for run in every]
    versions = {key: _either(installed, key) for each in installed for key in each}
    seconds, hardware = sum(run["seconds"] for run in every), _either(every, "hardware")
    record = {"name": name, "profile": "full", "seeds": seeds, "seconds": seconds, "hardware": hardware}
    return record | {"versions": versions, "modules": used, "code": combined(used), "metrics": metrics}


def _per_seed(of_model):
    rows = [run["metrics"] | {"seconds": run["seconds"]} for run in of_model]
    return rows[0] if len(rows) == 1 else {key: [row[key] for row in rows] for key in rows[0]}


def _either(records, key):
    return " or ".join(sorted({str(record.get(key)) for record in records}))


def within(value, values, deviations=None):
    """Return True if `value` is at most `deviations` standard deviations (n − 1) from the mean of `values`.

    Otherwise raises AssertionError with the numbers. Without `deviations` the 95 % prediction interval of that many
    seeds is meant (Student's t): 5.0 standard deviations for three seeds, 15.6 for two. Few seeds can lie close
    together by chance, so whatever is within 1 % of their mean passes too.
    """
    if not isinstance(values, (list, tuple)) or len(values) < 2:
        raise ValueError(f"a spread needs the values of at least two seeds; given {values!r}.")
    deviations = deviations or _prediction(len(values))
    mean, spread = statistics.fmean(values), statistics.stdev(values)
    if abs(value - mean) <= max(deviations * spread, 0.01 * abs(mean)):
        return True
    seen = ", ".join(f"{each:.4g}" for each in values)
    raise AssertionError(f"{value:.4g} is not in {mean:.4g} ± {deviations:.3g} × {spread:.2g} (seeds: {seen}).")


def summary(values, digits=2):
    """Return one number or the values of several seeds as text: the mean, and ± their standard deviation."""
    values = [values] if _is_number(values) else list(values)
    spread = f" ± {statistics.stdev(values):.{digits}f}" if len(values) > 1 else ""
    return f"{statistics.fmean(values):.{digits}f}{spread}"


def _prediction(count):
    from scipy.stats import t

    return float(t.ppf(0.975, count - 1)) * math.sqrt(1 + 1 / count)
