"""Compares what the oracle says with what the engine says, figure by figure."""
from fractions import Fraction

TEN_DIGITS = Fraction(1, 10 ** 10)
SMALL = Fraction(1, 10 ** 12)  # far below the unit of E
CLOSE = ("variance", "stabilised", "median", "mean", "tau2")
# what a decision at its edge may change
EXCUSED = {"rank_low": "rank set", "rank_high": "rank set",
           "ci_low": "interval", "ci_high": "interval",
           "public_ci_low": "interval", "public_ci_high": "interval",
           "band_certain": "interval"}


def close(expected, got):
    expected, got = Fraction(expected), Fraction(got)
    return abs(expected - got) <= max(TEN_DIGITS * abs(expected), SMALL)


class Comparison:
    """Of one cut. Differences are (path, expected, got)."""

    def __init__(self, near):
        self.near = near  # (unit, what)
        self.figures = 0
        self.excused = []
        self.differences = []

    def same(self, path, expected, got):
        """Whether two single figures agree."""
        key = path[-1]
        if isinstance(expected, tuple):  # O4: a rank between two near ties
            return expected[0] <= got <= expected[1]
        if expected == got and isinstance(expected, type(got)):
            return True
        if isinstance(expected, bool) or isinstance(got, bool):
            return False
        if "" in (expected, got):
            return expected == got
        if key == "se":
            return close(expected, got)
        if path[0] in ("blocks", "reliability") and key in CLOSE or key in CLOSE[:2]:
            return close(expected, got)
        if "covariance" in path or "rho" in path:
            return close(expected, got)
        if isinstance(expected, (int, Fraction)) and isinstance(got, (int, str)):
            return not isinstance(expected, str) and Fraction(got) == expected
        return False

    def excuse(self, path):
        what = EXCUSED.get(path[-1])
        unit = path[1] if len(path) > 1 else ""
        return what and (unit, what) in self.near

    def figure(self, path, expected, got):
        self.figures += 1
        try:
            same = self.same(path, expected, got)
        except (TypeError, ValueError):
            same = False
        if same:
            return
        kept = self.excused if self.excuse(path) else self.differences
        kept.append((path, expected, got))

    def any(self, path, expected, got):
        if isinstance(expected, dict) and isinstance(got, dict):
            for key in [*expected, *(k for k in got if k not in expected)]:
                self.any((*path, key), expected.get(key, "(none)"),
                         got.get(key, "(none)"))
        elif path[-1:] == ("better",):
            self.pairs(path, expected, got)
        elif isinstance(expected, list) and isinstance(got, list):
            self.figure((*path, "count"), len(expected), len(got))
            for i, (e, g) in enumerate(zip(expected, got)):
                self.any((*path, str(i)), e, g)
        else:
            self.figure(path, expected, got)

    def pairs(self, path, expected, got):
        """U3: which unit is surely better than which."""
        self.figures += max(len(expected), 1)
        for pair in sorted(set(expected) ^ set(got)):
            near = (pair.split()[0], "rank set") in self.near
            kept = self.excused if near else self.differences
            kept.append(((*path, pair), pair in expected, pair in got))


def compare(expected, got):
    """What the oracle's and the engine's reports come to: a list of Comparison."""
    if "refused" in expected or "refused" in got:
        c = Comparison(set())
        c.figure(("refused",), "refused" in expected, "refused" in got)
        if c.differences:
            c.differences[0] += (expected.get("refused", got.get("refused")),)
        return [c]
    made = []
    for n, (e, g) in enumerate(zip(expected["cuts"], got["cuts"])):
        e = dict(e)
        c = Comparison(e.pop("near"))
        c.any((), e, g)
        c.differences = [((f"cut {n + 1}", *path), *rest)
                         for path, *rest in c.differences]
        made.append(c)
    if len(expected["cuts"]) != len(got["cuts"]):
        made[0].differences.append((("cuts",), len(expected["cuts"]), len(got["cuts"])))
    return made
