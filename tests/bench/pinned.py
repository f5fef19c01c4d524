#!/usr/bin/python3 -B
"""METHOD.md, "What stays open": how often the part of a small stratum follows from the
weighted scores of a unit, when all worlds are tried.

    tests/bench/pinned.py

N raters of strata A and B, whose weights the attacker knows, score every criterion with 1..5.
He sees each criterion score, rounded half up, and lists how many raters may be of B, and what
these may have answered in sum. A part is pinned when one remains. Run by hand; 5 s.
"""
import random
from collections import defaultdict
from fractions import Fraction

STEPS = 4  # 1..5
FEW = 9
TRIALS = 400


def printed(weights, raters, sums, decimals):
    """The score as a whole number of the last decimal."""
    scale = 2 * 100 * 10 ** decimals
    worth = sum(w * s for w, s in zip(weights, sums))
    whole = STEPS * sum(w * n for w, n in zip(weights, raters))
    return (scale * worth + whole) // (2 * whole)


def worlds(weights, n, decimals):
    """score -> raters of B -> what they may have answered in sum."""
    found = defaultdict(lambda: defaultdict(set))
    for b in range(n + 1):
        for sum_a in range(STEPS * (n - b) + 1):
            for sum_b in range(STEPS * b + 1):
                score = printed(weights, (n - b, b), (sum_a, sum_b), decimals)
                found[score][b].add(sum_b)
    return found


def answers(chance, near, count):
    return sum(min(STEPS, max(0, near + chance.choice((-1, 0, 0, 1)))) for _ in range(count))


def study(weights, n, criteria, decimals):
    """Shares of rounds in which the number and a mean of B are pinned."""
    chance = random.Random(1)
    possible = worlds(weights, n, decimals)
    numbers = means = 0
    for _ in range(TRIALS):
        b, near = chance.randint(1, FEW), chance.choice((1, 2, 2, 3))
        scores = [printed(weights, (n - b, b), (answers(chance, near, n - b),
                                                answers(chance, near, b)), decimals)
                  for _ in range(criteria)]
        left = set.intersection(*(set(possible[score]) for score in scores))
        numbers += len(left) == 1
        means += len({Fraction(total, k) if k else None
                      for k in left for total in possible[scores[0]][k]}) == 1
    return numbers / TRIALS, means / TRIALS


def main():
    print("raters  weights   criteria  decimals  number pinned  mean pinned")
    for weights in ((3, 1), (37, 16), (1009, 317)):
        for n in (18, 40):
            for criteria in (1, 3, 8):
                for decimals in (2, 1):
                    numbers, means = study(weights, n, criteria, decimals)
                    print(f"{n:6}  {weights[0]:4}:{weights[1]:<4} {criteria:8} {decimals:9} "
                          f"{numbers:13.0%} {means:12.0%}", flush=True)


if __name__ == "__main__":
    main()
