"""U-Nets with none to four skips on the horses, and five other networks: `make benchmarks NAME=skips_horses`."""

import sys

from benchmarks import skips

if __name__ == "__main__":
    skips.main(sys.argv[1:], skips.horse_task(), (*skips.COUNTS, *skips.OTHERS))
