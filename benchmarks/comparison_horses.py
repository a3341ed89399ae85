"""The eight networks of `benchmarks.comparison` on the horses: `make benchmarks NAME=comparison_horses`."""

import sys

from benchmarks import comparison

if __name__ == "__main__":
    comparison.main(sys.argv[1:], comparison.horse_task())
