"""The commands `python -m helpers data list|get|verify|where [NAME]`, `upscale IN OUT` and `doctor`."""

import argparse
import sys

from . import runtime
from .data import catalog, download


def main(arguments=None):
    """Run one command and return its exit status: 0, or 1 with a message on stderr."""
    chosen = _parser().parse_args(arguments)
    try:
        return chosen.run(chosen)
    except (catalog.DataError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped. What is complete is kept; the same command goes on from here.", file=sys.stderr)
        return 130


def _parser():
    parser = argparse.ArgumentParser(prog="python -m helpers", description="The helpers of the book.")
    commands = parser.add_subparsers(required=True, metavar="command")
    doctor = commands.add_parser("doctor", help="say what works on this machine")
    doctor.set_defaults(run=_doctor)
    larger = commands.add_parser("upscale", help="enlarge a photograph with a trained network")
    larger.add_argument("source", metavar="IN", help="the file of a photograph, in colour or grey, any size")
    larger.add_argument("target", metavar="OUT", help="the file to write; its ending decides its kind")
    larger.add_argument("--scale", type=int, choices=(2, 3, 4), default=2, help="times as high and wide (2)")
    larger.set_defaults(run=_upscale)
    data = commands.add_parser("data", help="list, fetch and verify the datasets")
    actions = data.add_subparsers(required=True, metavar="action")
    for name, run, text, count in (
        ("list", _list, "list the datasets with size and licence", None),
        ("get", _get, "fetch a dataset, or what is missing of it", 1),
        ("verify", _verify, "compare the local files with their digests", 1),
        ("where", _where, "print the folder of a dataset, or of all", "?"),
    ):
        action = actions.add_parser(name, help=text)
        action.set_defaults(run=run)
        if count:
            action.add_argument("name", nargs=None if count == 1 else count, help=f"one of: {', '.join(catalog.CARDS)}")
    return parser


def _list(_):
    for name, card in catalog.CARDS.items():
        wrong = download.verify(name)
        state = "whole" if not wrong else "absent" if len(wrong) == len(card.files) else "incomplete"
        print(f"{name:11} {download.megabytes(card.bytes):>9}  {state:10}  {card.about}")
        print(f"{'':35}{card.licence}")
    return 0


def _get(chosen):
    card = catalog.card(chosen.name)
    print(f"{card.title}: {card.about}\nlicence: {card.licence}\ncite: {card.citation}")
    folder = download.fetch(card.name)
    print(f"whole: {folder} ({len(card.files)} entries, {download.megabytes(card.bytes)}, digests verified)")
    return 0


def _verify(chosen):
    card, wrong = catalog.card(chosen.name), download.verify(chosen.name)
    for path, text in wrong.items():
        print(f"{path}: {text}")
    if not wrong:
        print(f"whole: {download.where(card.name)}")
        return 0
    print(f"{card.title}: {len(wrong)} of {len(card.files)} entries are missing or damaged.", file=sys.stderr)
    print(f"To fetch them: python -m helpers data get {card.name}", file=sys.stderr)
    return 1


def _where(chosen):
    print(download.where(chosen.name) if chosen.name else runtime.cache_dir())
    return 0


def _upscale(chosen):
    from . import upscale

    upscale.upscale(chosen.source, chosen.target, chosen.scale)
    return 0


def _doctor(_):
    from . import doctor

    return 0 if doctor.report() else 1


if __name__ == "__main__":
    sys.exit(main())
