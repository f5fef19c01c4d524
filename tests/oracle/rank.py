"""METHOD S8 and S9: the printed figure, status, rank and band."""
from fractions import Fraction
from math import floor, isqrt

RANKED, WARNING, INSUFFICIENT = "ranked", "ranked_warning", "insufficient"


class Rounding:
    """S8: rounded once, halves up or to even. Numbers are >= 0."""

    def __init__(self, rules):
        declared = rules.get("rounding", {})
        self.decimals = declared.get("decimals", 2)
        self.even = declared.get("rule", "half_up") == "half_even"

    def whole(self, x, decimals):
        """x times 10^decimals to the nearest whole number."""
        scaled = x * 10 ** decimals
        return round(scaled) if self.even else floor(scaled + Fraction(1, 2))

    def text(self, x, decimals=None):
        decimals = self.decimals if decimals is None else decimals
        return shown(self.whole(x, decimals), decimals)

    def published(self, x):
        return Fraction(self.whole(x, self.decimals), 10 ** self.decimals)

    def root_text(self, x, decimals):
        """The root of x, exactly: no root is taken but of whole numbers."""
        if x == 0:
            return shown(0, decimals)
        scaled = x * 100 ** decimals
        below = isqrt(floor(scaled))
        half = (below + Fraction(1, 2)) ** 2
        up = scaled > half or (scaled == half and (not self.even or below % 2))
        return shown(below + bool(up), decimals)


def shown(whole, decimals):
    digits = str(whole).rjust(decimals + 1, "0")
    return digits if not decimals else f"{digits[:-decimals]}.{digits[-decimals:]}"


def status(round_, u, has_figure, n_u):
    """S9."""
    block = round_.units[u].block
    if not has_figure:
        return INSUFFICIENT
    if not round_.surveyed(u) or n_u >= round_.block_minimum(block, "full_rank", 50):
        return RANKED
    if n_u >= round_.block_minimum(block, "rank", 30):
        return WARNING
    return INSUFFICIENT


def bands(rules):
    """(edge, above, name), ascending: `from x` lies below `above x`."""
    found = []
    for b in rules.get("bands", []):
        above = "above" in b
        name = b["name"].get("vi") or b["name"].get("en")
        found.append((Fraction(b["above" if above else "from"]), above, name))
    return sorted(found, key=lambda b: b[:2])


def satisfies(figure, band):
    edge, above, _ = band
    return figure > edge if above else figure >= edge


def band_of(rules, published):
    """Place of the highest edge that the published figure satisfies, or -1."""
    held = [i for i, b in enumerate(bands(rules)) if satisfies(published, b)]
    return max(held, default=-1)


def ranks(rules, rounding, figures):
    """S8 over the ranked units of one block; figures: unit -> exact I[u]."""
    if rules.get("rank_on", "published") == "published":
        figures = {u: rounding.published(x) for u, x in figures.items()}
    dense = rules.get("ties", "standard") == "dense"
    result = {}
    for u, x in figures.items():
        higher = [y for y in figures.values() if y > x]
        result[u] = 1 + len(set(higher) if dense else higher)
    return result
