"""What the rows of the table share: sizes, our programs, journals, peers, each made once."""
import os
import subprocess
import time
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from peers import Absent, Duck, Postgres, Redis
from sides import Asked, out_of_cache, same

BUILD = Path(os.environ["PAR_BIN"]).parent / "tests/bench"
LONG = bool(os.environ.get("PAR_LONG"))
THREADS = 2

# What all of our programs are told: RATERS EACH UNITS ANSWERS STRATA BLOCKS UNSCORED
UNSCORED = 12  # answers of 256 that are no score


def size_of(raters, each, units, answers, strata=4, blocks=2, unscored=UNSCORED):
    return (raters, each, units, answers, strata, blocks, unscored)


WHOLE = size_of(20000, 5, 40, 400)  # 40 M ratings


def sheets(size):
    return size[0] * size[1]


def program(name, size):
    return Asked([BUILD / f"bench_{name}", *size])


def or_absent(make, *words):
    """The peer, or why there is none."""
    try:
        return make(*words)
    except Absent as absent:
        return absent


class Journal:
    """A journal of ballots, and the seconds of its making."""

    def __init__(self, path, size):
        self.path, self.size = path, size
        self.made = self.ask("write", path, *size)

    @staticmethod
    def ask(*words):
        done = subprocess.run([BUILD / "bench_score", *map(str, words)], text=True,
                              check=True, stdout=subprocess.PIPE)
        return {name: float(value) for name, value in map(str.split, done.stdout.splitlines())}

    def cold(self, *words):
        """What a process of its own takes, which finds nothing of it in memory."""
        out_of_cache(self.path / "data.mdb")
        started = time.monotonic()
        found = self.ask("cold", self.path, THREADS, *words)
        found["all"] = time.monotonic() - started
        same(found["sheets"] == sheets(self.size), "the journal lost sheets")
        return found


class Bench:
    def __init__(self, table, place):
        self.table, self.place = table, Path(place)
        self.journals = {}

    def journal(self, size):
        if size not in self.journals:
            path = self.place / "-".join(["journal", *map(str, size)])
            self.journals[size] = Journal(path, size)
        return self.journals[size]

    def file(self, child, size, kind):
        """A table that this child of that size writes, if it was not written before."""
        path = self.place / "-".join([kind, *map(str, size)])
        if not path.exists():
            child.ask(kind, path)
        return path

    @cached_property
    def duck(self):
        return or_absent(Duck)

    @cached_property
    def postgres(self):
        return or_absent(Postgres, self.place)

    @cached_property
    def redis(self):
        return or_absent(Redis, self.place)

    def close(self):
        for name in ("duck", "postgres", "redis"):
            peer = self.__dict__.get(name)
            if peer and not isinstance(peer, Absent):
                peer.close()


# ---- cells ----

def read_cells(path):
    """{(unit, stratum, leaf): (scores, mean, variance)}, from whole numbers."""
    cells = {}
    for line in path.read_text().splitlines():
        *key, count, total, squares = map(int, line.split(","))
        mean = Fraction(total, count)
        cells[tuple(key)] = (count, float(mean), float(Fraction(squares, count) - mean ** 2))
    return cells


def found_cells(rows, is_wide):
    """Of rows unit, stratum, then count, mean, variance of each leaf, or leaf and its three."""
    cells = {}
    for unit, stratum, *found in rows:
        leaf, found = (0, found) if is_wide else (int(found[0]), found[1:])
        for i in range(0, len(found), 3):
            count, mean, variance = found[i:i + 3]
            if int(count) > 0:
                key = (int(unit), int(stratum), leaf + i // 3)
                cells[key] = (int(count), float(mean), float(variance))
    return cells


def compare_cells(who, ours, theirs):
    same(ours.keys() == theirs.keys(), who, "found other cells")
    for key, (count, mean, variance) in ours.items():
        other = theirs[key]
        same(count == other[0] and abs(mean - other[1]) < 1e-12
             and abs(variance - other[2]) < 1e-10, who, "differs in cell", key, other)


def compare_matrices(ours, theirs):
    """Standard errors to ten digits, and as exactly the covariances beside them."""
    one, two = ([[float(value) for value in line.split(",")]
                 for line in path.read_text().splitlines()] for path in (ours, theirs))
    same(len(one) == len(two), "R found other units")
    errors = [row[i] ** 0.5 for i, row in enumerate(one)]
    for i, row in enumerate(one):
        same(abs(two[i][i] ** 0.5 / errors[i] - 1) < 1e-10, "R finds another SE of unit", i)
        for j, value in enumerate(row):
            same(abs(two[i][j] - value) < 1e-10 * errors[i] * errors[j],
                 "R finds another covariance of", i, j)
