"""The network between two services cut for a minute, every pair on a system of its own: what
is sent is dropped without a word, which is harder than a refusal. After it heals everything
catches up by itself; how soon is printed."""
import shutil
import time
from pods import Folder, Pods, check, main, possible, say, summary, together, wait_for
from faults import journal_sheets
from test_watch import Watch

CUT_S = 60


class Cut:
    """Drops every packet between a container and an address while it lasts; with a port,
    those of that port of the container."""

    def __init__(self, system, service, address, port=None):
        self.system, self.service = system, service
        self.rules = [("INPUT", "-s", address, *(("-p", "tcp", "--dport", port) if port else ())),
                      ("OUTPUT", "-d", address, *(("-p", "tcp", "--sport", port) if port else ()))]
        self.change("-A")
        self.since = time.monotonic()

    def change(self, how):
        for chain, *rule in self.rules:
            self.system.in_network(self.service, "iptables", "-w", how, chain, *rule, "-j", "DROP")

    def wait(self):
        """Until the minute is over; what a test does meanwhile is part of it."""
        time.sleep(max(0, self.since + CUT_S - time.monotonic()))

    def heal(self):
        self.change("-D")
        self.since = time.monotonic()

    def caught_up(self, what, condition):
        wait_for(what, condition, 60)
        say(f"{what} {time.monotonic() - self.since:.1f} s after it healed")


def open_round(system, code):
    made = Folder(code, units=3, respondents=60)
    system.par("round", "open", made.path)
    return made


def bring(system, made, sheets):
    """All of them are taken."""
    counts = summary(system.par("ballots", "import", made.ballots(sheets), "--round", made.code))
    check(counts["accepted"] == len(sheets), counts)


def scores_page(system, code):
    return system.published(f"/{code}/1/scores.json")


def ended_well(system, made, watch):
    """The release is in the page and in par watch, once."""
    text = system.result_hash(made.code)
    check(text in scores_page(system, made.code), "the page has another result")
    wait_for("the release in par watch", lambda: watch.lines())
    lines = watch.stop()
    check([line["result_hash"] for line in lines] == [text], lines)
    counts = journal_sheets(system)
    check(len(counts) == 180 and set(counts.values()) == {1}, "sheets in the journal", len(counts))
    shutil.rmtree(made.path)


def collector_and_scorer():
    """The collector takes sheets all the while; the scorer has them soon afterwards."""
    with Pods() as system:
        made, watch = open_round(system, "cut1"), Watch(system)
        cut = Cut(system, "scorer", system.address("collector"))
        bring(system, made, made.all_sheets())
        system.par("round", "close", made.code)
        release = system.par("release", made.code, "--kind", "official", "--wait", "5", code=4)
        check("recorded, not yet published" in release, release)
        cut.wait()
        head = system.metric("collector", "par_journal_entries")
        check(system.metric("scorer", "par_scorer_folded") < head, "it was not cut")
        check(scores_page(system, made.code) is None, "published through a cut")
        cut.heal()
        cut.caught_up("collector|scorer: the scorer has the journal",
                      lambda: system.metric("scorer", "par_scorer_folded") == head)
        cut.caught_up("collector|scorer: the release is published",
                      lambda: scores_page(system, made.code))
        ended_well(system, made, watch)


def scorer_and_publisher():
    """A release made during the cut is published after it; the pages stay."""
    with Pods() as system:
        made, watch = open_round(system, "cut2"), Watch(system)
        bring(system, made, made.all_sheets())
        cut = Cut(system, "publisher", system.address("scorer"))
        system.par("round", "close", made.code)
        release = system.par("release", made.code, "--kind", "official", "--wait", "5", code=4)
        check("recorded, not yet published" in release, release)
        cut.wait()
        check(scores_page(system, made.code) is None, "published through a cut")
        check(system.health("publisher")[0] != 0, "the publisher does not answer")
        cut.heal()
        cut.caught_up("scorer|publisher: the release is published",
                      lambda: scores_page(system, made.code))
        ended_well(system, made, watch)


def clients_and_services():
    """An import in the middle, a waiting par watch, and readers behind the proxy."""
    with Pods() as system:
        made, watch = open_round(system, "cut3"), Watch(system)
        sheets = made.all_sheets()
        bring(system, made, sheets[:60])
        host = system.inspect("collector")["NetworkSettings"]["Networks"]
        host = next(iter(host.values()))["Gateway"]
        cuts = [Cut(system, "collector", host, system.port("INTAKE")),
                Cut(system, "publisher", host, system.port("RELEASES")),
                Cut(system, "publisher", system.address("proxy"))]
        importing = system.start("ballots", "import", made.ballots(sheets[60:]), "--round",
                                 made.code)
        check(system.published("/") is None, "a page through a cut")
        cuts[0].wait()
        check(importing.poll() is None, "the import ended during the cut")
        for cut in cuts:
            cut.heal()
        cuts[2].caught_up("proxy|publisher: the pages are there", lambda: system.published("/"))
        cuts[0].caught_up("client|collector: the import has ended",
                          lambda: importing.poll() is not None)
        out, err = importing.communicate()
        check(importing.returncode == 0 and summary(out)["accepted"] == len(sheets) - 60, out, err)
        system.par("round", "close", made.code)
        system.par("release", made.code, "--kind", "official")
        cuts[1].caught_up("client|publisher: par watch has the release", watch.lines)
        ended_well(system, made, watch)


def a_minute_apart():
    together(collector_and_scorer, scorer_and_publisher, clients_and_services)


if __name__ == "__main__":
    possible()
    main(a_minute_apart)
