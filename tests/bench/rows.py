"""The rows of the table. Each compares what the sides found before it tells a time."""
import statistics

import queries
from bench import (LONG, WHOLE, compare_cells, compare_matrices, found_cells, or_absent,
                   program, read_cells, sheets, size_of)
from peers import Absent, survey
from sides import brief, exponent, in_turn, out_of_cache, ratio, same


def histograms(bench):
    with program("count", size_of(*WHOLE[:-1], unscored=0)) as ours:
        against_reading(bench.table, ours, "every one a score")
    with program("count", WHOLE) as ours:
        against_reading(bench.table, ours, "one in twenty no score")
        measures = {(work, threads): ours.median(5, work, threads)
                    for work in ("count", "tally") for threads in (1, 2)}
        theirs = bench.duck
        if not isinstance(theirs, Absent):
            theirs = duck_in_memory(bench, ours)
            *seen, theirs = in_turn(5, *measures.values(), theirs)
        else:
            seen = in_turn(5, *measures.values())
    for (work, threads), times in zip(measures, seen):
        name = "counted" if work == "count" else "all of tally_make()"
        bench.table.against(f"40 M ratings in memory, {name}, {plural(threads)}, against "
                            "DuckDB's 2", times, theirs, 20 if threads == 1 else 30)


def plural(threads):
    return "1 thread" if threads == 1 else f"{threads} threads"


def against_reading(table, ours, which):
    """A plain sum of the same bytes."""
    for threads in (1, 2):
        read, count = in_turn(5, ours.median(5, "read"), ours.median(5, "count", threads))
        found = ratio(count, read)
        table.add(f"40 M ratings in memory, {which}, counted, {plural(threads)}, against "
                  "reading them with 1", brief(statistics.median(count)),
                  brief(statistics.median(read)), f"{found:.2f} x", "0.4 x", found >= 0.4)


def duck_in_memory(bench, ours):
    """The query on the table that it is faster with."""
    duck, answers = bench.duck, WHOLE[3]
    path = bench.file(ours, WHOLE, "wide")
    duck.seconds(f"create table wide as from {queries.told_wide(path, answers)}")
    duck.seconds(f"create table long as {queries.long_of_wide(answers)}")
    asked = {"sheet": queries.wide("wide", answers), "rating": queries.long("long")}
    counts = {"sheet": queries.wide("wide", answers, queries.COUNT),
              "rating": queries.long("long", queries.COUNT)}
    times = {name: min(duck.seconds(sql) for _ in range(2)) for name, sql in asked.items()}
    best = min(times, key=times.get)
    compare_cells("DuckDB", read_cells(bench.file(ours, WHOLE, "cells")), found_cells(
        duck.rows(counts[best], bench.place / "duck.json"), best == "sheet"))
    bench.table.note("DuckDB in memory: " + ", ".join(
        f"a line a {name} {brief(seconds)}" for name, seconds in times.items()))
    return lambda: duck.seconds(asked[best])


def journal(bench):
    """A fresh process, from what is on disk to ranks, SEs and rank sets."""
    made, count = bench.journal(WHOLE), sheets(WHOLE)
    bench.table.note(
        f"{count:,} ballots of 400 answers, without the network: appended in "
        f"{brief(made.made['append'])}, the collector's view of them in "
        f"{brief(made.made['view'])}, {count / made.made['view']:,.0f} ballots/s")
    found = bench.place / "found"
    seen = [made.cold(found)]

    def ours():
        seen.append(made.cold())
        return seen[-1]["all"]

    with program("count", WHOLE) as tables:
        cells = bench.file(tables, WHOLE, "cells")
        same(found.read_bytes() == cells.read_bytes(), "the journal gives other cells")
        theirs = dict.fromkeys(("rating", "sheet"), bench.duck)
        if not isinstance(bench.duck, Absent):
            theirs = duck_from_csv(bench, tables)
    for each, peer in theirs.items():
        if isinstance(peer, Absent):
            times = [ours() for _ in range(3)]
        else:
            times, peer = in_turn(3, ours, peer)
        bench.table.against("100,000 ballots of 400 on disk to a result, against DuckDB from "
                            f"CSV of a line a {each}", times, peer, 3)
    best = min(seen, key=lambda one: one["all"])
    bench.table.note("from the journal to the result: " + ", ".join(
        f"{name} {brief(best[name])}" for name in ("fold", "sample", "score", "all")))


def duck_from_csv(bench, tables):
    """For each kind of file the query that it is faster with."""
    duck, answers = bench.duck, WHOLE[3]
    wide, long = (bench.file(tables, WHOLE, kind) for kind in ("wide", "long"))
    sources = {
        "rating": [queries.told_long(long),
                   queries.guessed(long, ("unit", "stratum", "leaf", "answer"))],
        "sheet": [queries.told_wide(wide, answers),
                  queries.guessed(wide, queries.wide_names(answers))],
    }
    cells = read_cells(bench.file(tables, WHOLE, "cells"))

    def asked(each, source, functions=queries.MEAN):
        return (queries.long(source, functions) if each == "rating"
                else queries.wide(source, answers, functions))

    def timed(sql):
        out_of_cache(wide, long)
        return duck.seconds(sql)

    ways = {}
    for each, (told, guessed) in sources.items():
        rows = duck.rows(asked(each, told, queries.COUNT), bench.place / "duck.json")
        compare_cells("DuckDB from CSV", cells, found_cells(rows, each == "sheet"))
        times = {sql: timed(sql) for sql in (asked(each, told), asked(each, guessed))}
        bench.table.note(f"DuckDB from CSV of a line a {each}: "
                         + "; ".join(f"types {name} {brief(seconds)}" for name, seconds in
                                     zip(("told", "guessed"), times.values())))
        ways[each] = lambda sql=min(times, key=times.get): timed(sql)
    return ways


def postgres(bench):
    """COPY and GROUP BY."""
    size, made = WHOLE, bench.journal(WHOLE)
    work = f"{sheets(size):,} ballots of 400 on disk to a result, against PostgreSQL"
    if isinstance(bench.postgres, Absent):
        times = [made.cold()["all"] for _ in range(3)]
        bench.table.against(work, times, bench.postgres, 15)
        return
    columns = {"long": ("unit", "stratum", "leaf", "answer"),
               "wide": queries.wide_names(size[3])}
    asked = {"long": queries.long("ratings"), "wide": queries.wide("ratings", size[3])}
    counts = {"long": queries.long("ratings", queries.COUNT),
              "wide": queries.wide("ratings", size[3], queries.COUNT)}
    with program("count", size) as tables:
        cells = read_cells(bench.file(tables, size, "cells"))
        paths = {kind: bench.file(tables, size, kind) for kind in columns}
    for kind, each in (("long", "rating"), ("wide", "sheet")):
        theirs = copy_and_group(bench.postgres, paths[kind], columns[kind], asked[kind])
        times = in_turn(3 if LONG or kind == "wide" else 1, lambda: made.cold()["all"], theirs)
        rows = [[value or 0 for value in line.split(",")]
                for line in bench.postgres.sql(counts[kind]).splitlines()]
        compare_cells("PostgreSQL", cells, found_cells(rows, kind == "wide"))
        bench.table.against(f"{work}, COPY of a line a {each}", *times, 15)


def copy_and_group(peer, path, columns, query):
    def run():
        peer.sql("drop table if exists ratings")
        peer.sql("create table ratings (" + ",".join(f"{name} smallint" for name in columns)
                 + ")")
        out_of_cache(path)
        return peer.seconds(f"copy ratings from '{path}' (format csv)", query)
    return run


def annulled(bench):
    """What must not grow with the ballots."""
    sizes = [size_of(raters, 5, 40, 40) for raters in (2000, 20000, 200000)]
    children = [program("annul", size) for size in sizes]
    for child in children:
        child.ask("check")
    seen = in_turn(5, *(child.median(5, "annul", 40) for child in children))
    for child in children:
        child.close()
    times = [statistics.median(values) for values in seen]
    found = exponent([sheets(size) for size in sizes], times)
    bench.table.add("a sheet annulled after 10 k, 100 k, 1 M ballots: figures and ranks again",
                    ", ".join(map(brief, times)), "", f"n^{found:.2f}", "n^0", found < 0.1)


def covariance(bench):
    """Ours with ten times as many raters as R's, and with as many."""
    raters = 1000000
    size, tenth = (size_of(n, 5, 40, 1, strata=1, blocks=1) for n in (raters, raters // 10))
    with program("spread", size) as whole, program("spread", tenth) as part:
        measures = [lambda: whole.seconds("covariance"), lambda: part.seconds("covariance")]
        theirs = or_absent(survey)
        if isinstance(theirs, Absent):
            seen = in_turn(3, *measures)
        else:
            with theirs:
                theirs.ask("load", bench.file(part, tenth, "rows"))
                *seen, times = in_turn(3, *measures, lambda: theirs.seconds("covariance"))
                theirs.ask("matrix", bench.place / "survey")
                compare_matrices(bench.file(part, tenth, "matrix"), bench.place / "survey")
            theirs = times
    bench.table.against("covariance of 40 units, 1 M raters of 5 each, against R's survey on a "
                        "tenth", seen[0], theirs, 10)
    bench.table.against("the same, both on the tenth", seen[1], theirs, 10)


def ranksets(bench):
    """How many steps U3 takes is a matter of the data, so a line is drawn through one step."""
    draws = (2500, 5000, 9999, 20000)
    for size, words, limit in (
            (size_of(2000, 10, 40, 20, blocks=1), "2,000 raters of 10 of 40 units", 0.5),
            (size_of(8000, 3, 166, 20, blocks=1), "8,000 raters of 3 of 166 units", 2)):
        with program("spread", size) as child:
            child.ask("check")
            *seen, one, two = in_turn(
                5, *(lambda n=n: child.seconds("step", n, 1) for n in draws),
                *(lambda n=n: child.seconds("ranksets", 9999, n) for n in (1, 2)))
        for threads, values in ((1, one), (2, two)):
            seconds = statistics.median(values)
            bench.table.add(f"rank sets, 9,999 draws, {words}, {plural(threads)}",
                            brief(seconds), "", "", f"{limit} s", seconds < limit)
        times = [statistics.median(values) for values in seen]
        found = exponent(draws, times)
        bench.table.add("the same, one step, 2,500, 5,000, 9,999, 20,000 draws, 1 thread",
                        ", ".join(map(brief, times)), "", f"n^{found:.2f}", "n^1",
                        found <= 1.05)


def memory(bench):
    """Of the fold alone, and the most that the process has while it scores."""
    for size in (WHOLE, size_of(100000, 5, 40, 5)):
        found, answers, count = bench.journal(size).cold(), size[3], sheets(size)
        wanted = 1.1 * answers + 64
        fold, peak = found["fold_bytes"] / count, found["peak_bytes"] / count
        bench.table.add(f"memory of the fold, {count:,} sheets of {answers} answers",
                        f"{fold:.1f} bytes a sheet", "", f"{fold - answers:.1f} beside answers",
                        f"{wanted:.1f}", fold <= wanted)
        bench.table.add("the most of the process while it scores them",
                        f"{peak:.1f} bytes a sheet", "", f"{peak - answers:.1f} beside answers")


def growth(bench):
    """Fold and result, its rank sets too, against the number of ballots."""
    journals = [bench.journal(size_of(raters, 5, 40, 40))
                for raters in (5000, 10000, 20000, 40000)]
    seen = in_turn(5, *(made.cold for made in journals))
    times = [statistics.median(found["fold"] + found["sample"] + found["score"]
                               for found in values) for values in seen]
    found = exponent([sheets(made.size) for made in journals], times)
    last = exponent([1, 2], times[-2:])
    bench.table.add("fold and result of 25 k, 50 k, 100 k, 200 k ballots of 40",
                    ", ".join(map(brief, times)), "",
                    f"n^{found:.2f}, in the last doubling n^{last:.2f}", "n^1.05",
                    max(found, last) <= 1.05)


ROWS = {row.__name__: row for row in (histograms, journal, postgres, annulled, covariance,
                                      ranksets, memory, growth)}
