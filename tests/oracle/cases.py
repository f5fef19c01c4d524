"""The cases of METHOD section 7, and what else must be there, each by construction."""
from draft import Draft

CASES = {}


def case(make):
    CASES[make.__name__.replace("_", "-")] = make
    return make


def small(code, units=3, minimum=10, **rules):
    """One field of two surveyed leaves; ranked from `minimum` raters on."""
    d = Draft(code, minimum={"full_rank": minimum, "rank": minimum, "cell_score": 1}, **rules)
    d.criterion("1", 10)
    d.criterion("1.1", 4, "survey", "1")
    d.criterion("1.2", 6, "survey", "1")
    for i in range(units):
        d.unit(f"U{i}")
    return d


def answer(d, raters, scores, units=None):
    """scores(rater, unit) gives the answers of both leaves."""
    for i in range(raters):
        d.rater(f"DN{i}")
    for i in range(raters):
        for u, unit in enumerate(units or d.units):
            a, b = scores(i, u)
            d.sheet(f"DN{i}", unit["code"], {"1.1": a, "1.2": b})


def spread(i, u):
    return 1 + (i * 7 + u) % 5, 1 + (i * 3 + 2 * u) % 5


def appraised(code, figures, **rules):
    """Units with one appraised leaf of 100 points: the figure is what is given."""
    d = Draft(code, **rules)
    d.criterion("1", 100, "appraised")
    for i, figure in enumerate(figures):
        d.unit(f"U{i}")
        d.appraise(f"U{i}", "1", figure)
    d.rater("DN0")
    return d


@case
def zero_raters():
    d = small("z0")
    d.rater("DN0")
    return d


@case
def one_rater():
    d = small("z1")
    answer(d, 1, spread)
    return d


@case
def two_raters():
    d = small("z2")
    answer(d, 2, spread)
    return d


@case
def two_raters_of_one_cluster():
    d = small("z3")
    for i in range(2):
        d.rater(f"DN{i}", cluster="chủ")
        d.sheet(f"DN{i}", "U0", {"1.1": 2, "1.2": 5})
    return d


@case
def strata_of_one_rater_and_of_none():
    d = small("st", strata=["hội"])
    for i in range(25):
        d.rater(f"DN{i}", ("A",) if i else ("B",))
        d.sheet(f"DN{i}", "U0", dict(zip(("1.1", "1.2"), spread(i, 0))))
    for label, members in (("A", 40), ("B", 10), ("C", 7)):
        d.stratum((label,), members)
    return d


def stratified(code, sizes, **rules):
    """sizes: labels -> (raters, members)."""
    d = small(code, strata=["hội", "quy mô"], **rules)
    n = 0
    for labels, (count, members) in sizes.items():
        d.stratum(labels, members)
        for _ in range(count):
            d.rater(f"DN{n}", labels)
            for u in range(3):
                d.sheet(f"DN{n}", f"U{u}", dict(zip(("1.1", "1.2"), spread(n, u))))
            n += 1
    return d


@case
def collapse_to_the_first_column():
    return stratified("c1", {("A", "x"): (30, 200), ("A", "y"): (5, 30),
                             ("B", "x"): (12, 50), ("B", "y"): (12, 28),
                             ("C", "x"): (0, 5)}, collapse_first=True)


@case
def weights_over_five_medians():
    """The median is 3: 15 is not over five of them, 15.05 is."""
    return stratified("w5", {("A", "x"): (20, 40), ("A", "y"): (20, 60),
                             ("A", "z"): (20, 60), ("B", "x"): (20, 300),
                             ("B", "y"): (20, 301)})


@case
def association_of_ten_raters():
    return stratified("o2", {("A", "x"): (10, 40), ("B", "x"): (25, 50)})


@case
def siblings_tied():
    return stratified("m1", {("A", x): (n, 40 + i) for i, (x, n) in
                             enumerate(zip("xyzw", (10, 15, 15, 15)))})


@case
def thin_groups_tied():
    return stratified("m2", {("A", x): (12, 40 + i) for i, x in enumerate("xyzw")})


@case
def thin_groups_without_a_sibling():
    return stratified("m3", {("A", "x"): (12, 40), ("B", "x"): (30, 50),
                             ("C", "y"): (5, 300), ("C", "z"): (25, 30)})


@case
def all_answers_equal():
    d = small("eq")
    answer(d, 15, lambda i, u: (5, 5))
    return d


@case
def all_equal_but_one_unit():
    d = small("eq1")
    answer(d, 40, lambda i, u: (4, 4) if u else spread(i, u))
    return d


@case
def block_of_one_unit():
    d = small("b1", units=1)
    answer(d, 12, spread)
    return d


@case
def two_units_tied():
    d = small("tie", units=4)
    answer(d, 14, lambda i, u: spread(i, u // 2))
    return d


@case
def two_units_tied_dense():
    d = small("tied", units=4, ties="dense")
    answer(d, 14, lambda i, u: spread(i, u // 2))
    return d


@case
def dense_ranks_beside_sure_ones():
    d = small("sure", units=5, ties="dense")
    answer(d, 60, lambda i, u: (5 - u // 2 * 2, 5 - u // 2 * 2 if i % 9 else 3))
    return d


@case
def sure_ranks_of_equal_figures():
    """Told apart by their intervals, tied as printed without decimals."""
    d = small("equal", rounding={"decimals": 0})
    d.scale("l5", 5, (0, "49.6", "49.7", "50.3", 100))
    answer(d, 60, lambda i, u: ((2, 3, 4)[u],) * 2)
    return d


@case
def every_unit_insufficient():
    d = small("ins", minimum=50)
    answer(d, 20, spread)
    return d


@case
def field_with_no_counting_leaf():
    d = small("f0")
    d.criterion("2", 5)
    d.criterion("2.1", 5, "survey", "2")
    answer(d, 12, spread)
    return d


@case
def field_with_two_thirds_exactly():
    d = Draft("f23", minimum={"full_rank": 10, "rank": 10})
    d.criterion("1", 3)
    d.criterion("1.1", 2, "survey", "1")
    d.criterion("1.2", 1, "survey", "1")
    d.unit("U0")
    d.unit("U1", excludes="1.1")
    for i in range(12):
        d.rater(f"DN{i}")
        d.sheet(f"DN{i}", "U0", {"1.1": 1 + i % 5, "1.2": 3 if i < 2 else ""})
        d.sheet(f"DN{i}", "U1", {"1.2": 3 if i < 2 else "refused"})
    return d


@case
def only_appraised_leaves():
    return appraised("ap", (80, 70, "70.004", "69.996", 0))


@case
def appraisal_missing():
    d = small("am")
    d.criterion("2", 9)
    d.criterion("2.1", 6, "appraised", "2")
    d.criterion("2.2", 3, "appraised", "2")
    answer(d, 12, spread)
    for unit, code, points in (("U0", "2.1", 5), ("U1", "2.2", 1), ("U2", "2.1", 6),
                               ("U2", "2.2", 3), ("U2", "2.2", 2)):
        d.appraise(unit, code, points)
    return d


@case
def measured_beyond_its_ends():
    d = Draft("me")
    d.criterion("1", 5, "measured", lo="10", hi="20")
    d.criterion("2", 5, "measured", lo="10", hi="20", direction="down")
    for i, value in enumerate((5, 10, "12.5", 20, 99)):
        d.unit(f"U{i}")
        d.measure(f"U{i}", "1", value)
        d.measure(f"U{i}", "2", value)
    d.rater("DN0")
    return d


@case
def bonus_beyond_the_cap():
    d = appraised("bo", (97, 50, 1, 60), bonus_max="5", penalty_max="3")
    for evidence, points in (("a", 3), ("b", 4), ("b", 1)):
        d.appraise("U0", "bonus", points, evidence)
        d.appraise("U1", "bonus", points, evidence)
        d.appraise("U2", "penalty", points, evidence)
        d.appraise("U3", "bonus", points, evidence)
        d.appraise("U3", "penalty", points, evidence)
    return d


@case
def frame_smaller_than_the_roster():
    d = small("fr", strata=["hội"])
    for i in range(5):
        d.rater(f"DN{i}", ("A",))
    d.stratum(("A",), 4)
    return d


@case
def points_that_do_not_add_up():
    d = small("pt")
    d.criteria[0]["points"] = "11"
    d.rater("DN0")
    return d


EDGES = ("89.995", "90", "80", "89.994", "90.005", "79.995", "79.9949", "90.004", "0", "100")
BANDS = [{"above": "90", "name": {"vi": "trên 90%"}}, {"from": "90", "name": {"vi": "từ 90%"}},
         {"from": "80", "name": {"vi": "từ 80%"}}]


@case
def edges_half_up():
    return appraised("e1", EDGES, bands=BANDS)


@case
def edges_half_even():
    return appraised("e2", EDGES, bands=BANDS[::-1],
                     rounding={"decimals": 2, "rule": "half_even"})


@case
def edges_ranked_on_the_exact_value():
    return appraised("e3", EDGES, bands=BANDS, rank_on="exact")


def composite_of(code, minmax, **more):
    d = Draft(code, mode="composite", minimum={"full_rank": 10, "rank": 10, "cell_score": 1},
              composite={"scale": ["1", "10"], "factor": "1", "minmax": minmax, **more})
    d.criterion("1", 60)
    d.criterion("1.1", 20, "survey", "1")
    d.criterion("1.2", 40, "survey", "1")
    d.criterion("2", 40, "appraised")
    for u in range(4):
        d.unit(f"U{u}")
        d.appraise(f"U{u}", "2", 10 * u)
    answer(d, 12, lambda i, u: (1 + (i + u) % 4, 3 if minmax else spread(i, u)[0]))
    return d


@case
def composite_plain():
    return composite_of("k1", False)


@case
def composite_where_max_is_min():
    return composite_of("k2", True, max_eq_min="4")


@case
def composite_where_max_is_min_refused():
    return composite_of("k3", True)


@case
def composite_pooled():
    d = composite_of("k4", True, max_eq_min="1", pool=["k4-trước"])
    other = composite_of("k4-trước", False)
    for row in other.ballots[::3]:
        row["answer"] = 5
    d.pool.append(other)
    return d


@case
def composite_pooled_with_another_scale():
    d = composite_of("k5", True, pool=["k5-trước"])
    other = composite_of("k5-trước", False)
    other.rules["scales"]["l5"]["values"] = ["0", "1", "2", "3", "100"]
    other.rules["minimum"]["cell_score"] = 3
    d.pool.append(other)
    return d


def concentrated(code, raters, odd, level, other):
    d = small(code)
    answer(d, raters, lambda i, u: (level, level) if i >= odd else (other, level))
    return d


@case
def one_answer_high():
    return concentrated("p1", 20, 1, 5, 4)


@case
def one_answer_low():
    return concentrated("p2", 20, 1, 1, 2)


@case
def one_answer_in_the_middle():
    return concentrated("p3", 20, 1, 3, 4)


@case
def nine_tenths_exactly():
    return concentrated("p4", 20, 4, 5, 4)


@case
def one_answer_of_thirty_raters():
    return concentrated("p5", 30, 0, 5, 5)


def hiding(code, counts, **rules):
    """A field for each tuple; its leaves are scored by so many raters each."""
    d = Draft(code, minimum={"full_rank": 10, "rank": 10, "cell_score": 1}, **rules)
    asked = {}
    for f, leaves in enumerate(counts, 1):
        d.criterion(str(f), len(leaves))
        for c, n in enumerate(leaves, 1):
            d.criterion(f"{f}.{c}", 1, "survey" if n else "appraised", str(f))
            asked[f"{f}.{c}"] = n
    d.unit("U0")
    d.unit("U1")
    for i in range(40):
        d.rater(f"DN{i}")
        answers = {c: 1 + (i * k) % 5 for k, (c, n) in enumerate(asked.items(), 1) if i < n}
        for u in ("U0", "U1") if i % 4 else ("U0",):
            if answers:
                d.sheet(f"DN{i}", u, answers)
    for u in ("U0", "U1"):
        for c, n in asked.items():
            if not n:
                d.appraise(u, c, 1)
    return d


@case
def one_leaf_hidden():
    return hiding("h1", ((40, 9, 20, 20),))


@case
def hidden_leaves_under_ten_together():
    return hiding("h2", ((40, 4, 5, 20),))


@case
def hidden_leaves_of_ten_together():
    return hiding("h3", ((40, 4, 6, 20),))


@case
def one_field_hidden():
    return hiding("h4", ((40, 30), (9, 5), (20, 15), (30, 0)))


@case
def nothing_left_to_hide():
    return hiding("h5", ((40, 0), (9, 0)))


@case
def cells_of_fifteen():
    d = hiding("h6", ((40, 14, 6), (20, 13)))
    d.rules["minimum"]["cell_show"] = 15
    return d


def annulled(code, n, cuts=1):
    d = small(code)
    answer(d, 40, spread)
    for cut in range(cuts):
        for i in range(cut * n, (cut + 1) * n):
            d.annulment(2 + cut, f"DN{i}", "gửi hai lần")
    return d


@case
def nothing_annulled():
    d = annulled("a0", 0)
    d.appraise("U0", "bonus", 1, cut=2)
    d.rules["bonus_max"] = "2"
    return d


@case
def one_annulled():
    return annulled("a1", 1)


@case
def nine_annulled():
    return annulled("a9", 9)


@case
def ten_annulled():
    return annulled("a10", 10)


@case
def nine_annulled_twice():
    return annulled("a99", 9, 2)


@case
def ten_then_five():
    d = annulled("a105", 10)
    for i in range(10, 15):
        d.annulment(3, f"DN{i}", "không phải hội viên")
    return d


@case
def one_unit_with_few_changes():
    d = annulled("au", 0)
    for i in range(12):
        d.annulment(2, f"DN{i}", "trả lời hộ", "U0" if i < 9 else "U1")
    return d


@case
def lower_revision_lives_again():
    d = small("rev")
    answer(d, 20, spread)
    for i in range(11):
        d.sheet(f"DN{i}", "U0", {"1.1": 5}, revision=3)
        d.annulment(2, f"DN{i}", "gửi hai lần", "U0", 3)
    return d


@case
def halves_of_points_exactly():
    """n_u: a rater who scored exactly half of the points counts."""
    d = Draft("half", minimum={"full_rank": 10, "rank": 10, "cell_score": 1})
    for c, points in (("1", 2), ("2", 1), ("3", 1)):
        d.criterion(c, points, "survey")
    d.unit("U0")
    for i in range(24):
        d.rater(f"DN{i}", cluster=f"k{i // 2}" if i < 6 else "")
        d.sheet(f"DN{i}", "U0", ({"1": 3}, {"2": 4, "3": 2}, {"3": 1})[i % 3])
    return d


NAMES = list(CASES)


def make(name, directory):
    CASES[name]().write(directory)
