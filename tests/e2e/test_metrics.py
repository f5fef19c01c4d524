"""/metrics of every service: Prometheus' text format to the letter, every figure with its
help, and counters that only grow."""
import re
import urllib.request
from system import HEALTH, SERVICES, Folder, System, check, main, wait_for

TYPE = "text/plain; version=0.0.4; charset=utf-8"
HELP = re.compile(r"# HELP (par_[a-z0-9_]+) ([A-Z0-9][^\\]*\.)")
KIND = re.compile(r"# TYPE (par_[a-z0-9_]+) (counter|gauge)")
SAMPLE = re.compile(r"(par_[a-z0-9_]+) (0|[1-9][0-9]*)")


def parsed(text):
    """{name: (kind, value)}; three lines a figure and nothing else."""
    check(text.endswith("\n"), "the last line has no end")
    lines = text.splitlines()
    check(len(lines) % 3 == 0, len(lines), "lines")
    figures = {}
    for about in zip(lines[0::3], lines[1::3], lines[2::3]):
        found = [pattern.fullmatch(line) for pattern, line in zip((HELP, KIND, SAMPLE), about)]
        check(all(found), "no figure with its help and kind:", about)
        name, kind = found[1].groups()
        check(len({match[1] for match in found}) == 1, "three names:", about)
        check(name not in figures, name, "comes twice")
        check((kind == "counter") == name.endswith("_total"), name, "is no", kind)
        figures[name] = kind, int(found[2][2])
    return figures


def asked(system, service):
    address = f"http://127.0.0.1:{system.base() + HEALTH[service]}/metrics"
    with urllib.request.urlopen(address, timeout=20) as answer:
        check(answer.headers["Content-Type"] == TYPE, answer.headers["Content-Type"])
        return parsed(answer.read().decode())


def figures_of_a_round():
    with System() as system:
        before = {service: asked(system, service) for service in SERVICES}
        made = Folder("m1", units=2, respondents=12)
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "m1")
        system.par("ballots", "import", made.ballots(made.all_sheets()[:1]), "--round", "m1",
                   code=None)
        system.par("round", "close", "m1")
        system.par("release", "m1", "--kind", "official")
        after = {service: asked(system, service) for service in SERVICES}
        for service in SERVICES:
            check(before[service].keys() == after[service].keys(), service, "has others now")
            for name, (kind, value) in after[service].items():
                check(kind == "gauge" or value >= before[service][name][1], name, "fell")
        figures = {name: value for one in after.values() for name, (_, value) in one.items()}
        for name, least in (("par_sheets_accepted_total", 24), ("par_ballots_total", 24),
                            ("par_commands_total", 3), ("par_scorer_releases", 1),
                            ("par_publisher_releases", 1), ("par_publisher_scorer_up", 1)):
            check(figures[name] >= least, name, figures[name])
        check(len(figures) == sum(map(len, after.values())), "two services have one name")
        wait_for("the scorer at the head", lambda: len({
            asked(system, "scorer")[name] for name in ("par_scorer_folded", "par_scorer_head")}) == 1)


if __name__ == "__main__":
    main(figures_of_a_round)
