"""The two sides of a comparison: children that are asked in turn, and what their times say."""
import math
import os
import statistics
import subprocess


class Difference(Exception):
    """Two sides that should have found the same did not."""


def same(condition, *words):
    if not condition:
        raise Difference(" ".join(str(word) for word in words))


class Asked:
    """A child that answers each line with a line."""

    def __init__(self, command, **how):
        self.command = [str(word) for word in command]
        self.child = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, text=True, **how)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.child.stdin.close()
        self.child.wait()
        self.child.stdout.close()

    def ask(self, *words):
        try:
            self.child.stdin.write(" ".join(str(word) for word in words) + "\n")
            self.child.stdin.flush()
        except BrokenPipeError:
            pass
        answer = self.child.stdout.readline()
        if not answer:
            raise RuntimeError(f"{self.command[0]} ended at {words[0]}")
        return answer.strip()

    def seconds(self, *words):
        return float(self.ask(*words).split()[0])

    def median(self, times, *words):
        """For what takes so little that anything else on the machine shows."""
        return lambda: statistics.median(self.seconds(*words) for _ in range(times))


def in_turn(times, *measures):
    """A B A B ...: of each measure the list of what it gave."""
    seen = [[] for _ in measures]
    for _ in range(times):
        for measure, values in zip(measures, seen):
            values.append(measure())
    return seen


def ratio(ours, theirs):
    """The median of the pairs' ratios: how many times as long they take."""
    return statistics.median(b / a for a, b in zip(ours, theirs))


def exponent(sizes, seconds):
    """The slope of a straight line through the logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(value) for value in seconds]
    mean_x, mean_y = statistics.mean(x), statistics.mean(y)
    return (sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y))
            / sum((a - mean_x) ** 2 for a in x))


def out_of_cache(*paths):
    """Forgets the pages of these files, which are ours, where the system lets us."""
    for path in paths:
        with open(path, "rb") as file:
            os.fsync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def brief(seconds):
    for unit, factor in (("s", 1), ("ms", 1e3), ("us", 1e6)):
        if seconds * factor >= 1 or unit == "us":
            return f"{seconds * factor:.3g} {unit}"


class Table:
    """What is printed in the end, and notes on the way to it."""

    HEAD = ("work", "ours", "theirs", "ratio", "wanted", "met")

    def __init__(self):
        self.rows = []

    @staticmethod
    def note(text):
        print(text, flush=True)

    def add(self, work, ours, theirs="", found="", wanted="", met=None):
        self.rows.append((work, ours, theirs, found, wanted,
                          "" if met is None else "yes" if met else "no"))

    def against(self, work, ours, theirs, wanted):
        """Two lists of seconds in pairs; or for theirs, why there is no peer."""
        mine = brief(statistics.median(ours))
        if isinstance(theirs, Exception):
            self.add(work, mine, f"absent: {theirs}", "", f"{wanted} x")
            return
        found = ratio(ours, theirs)
        self.add(work, mine, brief(statistics.median(theirs)), f"{found:.1f} x",
                 f"{wanted} x", found >= wanted)

    def print(self):
        rows = [self.HEAD, *self.rows]
        widths = [max(len(row[i]) for row in rows) for i in range(len(self.HEAD))]
        for row in rows:
            print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())
