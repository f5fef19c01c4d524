"""METHOD section 5 after a whole round with marked identities: nothing that is public,
logged or measured, and nothing that the publisher holds, carries a rater's name, code,
number, answer or time; nor does any role but the operator's get one in words."""
import datetime
import json
import os
import re
import shutil
import sys
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from marks import Marks, of_bytes, of_hashed, of_sheet, of_text, written_pages
from raw import (DONE, FeedPeer, Peer, ballot, command_part, entry_pb2, intake_pb2,
                 release_pb2, rules_of)
from system import Folder, System, check, main, summary, wait_for

CODE = "kín"
NAME, TICKET, CLUSTER = "Xưởng Quặng Zơ", "QZMK7WJ", "Cụm Phụng Zể"
REASON, APPRAISER, CLIENT = "ghế gãy quá Zũ", "Ông Hoẵng Zữ", "khach-zqx"
FIRST = (1, 5, 2, 4, 3, 5, 1, 2, 2, 4, 1, 5)
UNITS = ("U1", "U2", "U3", "U4")
MARKED = 6  # the respondents whose every hash is looked for


class Round(Folder):
    """Two strata columns, clusters, an appraised and a measured field. U3 has too few
    raters; of U2 one leaf has; about U4 all say the same."""

    def __init__(self):
        super().__init__(CODE, units=4, respondents=64, leaves=12, full_rank=10)
        rules = json.loads((self.path / "round.json").read_text())
        rules.update(strata=["hoi", "co"], bonus_max="2")
        (self.path / "round.json").write_text(json.dumps(rules, ensure_ascii=False))
        criteria = [["1", "", 6, "", "", "Một", "One", "", ""],
                    ["2", "", 6, "", "", "Hai", "Two", "", ""],
                    ["3", "", 5, "appraised", "", "Ba", "Three", "", ""],
                    ["4", "", 3, "measured", "", "Bốn", "Four", 0, 50]]
        self.leaves = [f"{f}.{i}" for f in (1, 2) for i in range(1, 7)]
        criteria += [[leaf, leaf[0], 1, "survey", "five", leaf, "", "", ""]
                     for leaf in self.leaves]
        self.write("criteria.csv", ["code", "parent", "points", "source", "scale", "name_vi",
                                    "name_en", "lo", "hi"], sorted(criteria))
        self.respondents = [f"{NAME} {i:03d} Ẩn" for i in range(64)]
        self.codes = [f"{TICKET}-{i:03d}-K{i * 7919 % 9973:04d}" for i in range(64)]
        self.write("roster.csv", ["respondent", "hoi", "co", "code", "cluster"],
                   [[name, f"Hội {'AB'[i % 2]}", "lớn" if i % 4 < 2 else "nhỏ", self.codes[i],
                     f"{CLUSTER} {i // 3}" if i % 3 else ""]
                    for i, name in enumerate(self.respondents)])

    def answers(self, i, unit):
        """Of respondent i; None: it says nothing about the unit."""
        if unit == 2 and i >= 8:
            return None
        if unit == 3:
            return [5] * 12
        given = [(a + i * (unit + 2)) % 5 + 1 for a in FIRST]
        if i < MARKED:  # no two alike
            given = [1 + (a * (i + 2) + b * (unit + 1) + i) % 5
                     for a, b in zip(FIRST, reversed(FIRST))]
        if unit == 1 and i >= 8:
            given[3] = "no_contact"
        return given


def packed(answers):
    return bytes(252 if a == "no_contact" else a for a in answers)


def marks_of(made):
    """Of names and answers; digests are added as they become known."""
    marks = Marks()
    for what, text in (("respondent", NAME), ("code", TICKET), ("cluster", CLUSTER),
                       ("reason", REASON), ("appraiser", APPRAISER), ("client", CLIENT)):
        marks.add(what, of_text(text))
    for i in range(MARKED):
        marks.add("respondent: hashed", of_hashed(made.respondents[i]))
        marks.add("code: hashed", of_hashed(made.codes[i]))
        for unit in range(3):
            marks.add(f"answers: of {i}", of_sheet(packed(made.answers(i, unit))))
    return marks


# ---- what happens in the round

class Told:
    """Everything that somebody other than the operator was told."""

    def __init__(self, system):
        self.system, self.list = system, []

    def par(self, *arguments, code=0, **more):
        done = self.system.par(*arguments, code=None, **more)
        check(done.returncode == code, arguments, done.returncode, done.err)
        self.list.append((" ".join(map(str, arguments[:3])), (done.out + done.err).encode()))
        return done.out

    def reply(self, what, reply):
        self.list.append((what, reply.SerializeToString()))
        return reply


def survey_client(system):
    """A key of its own, whose name is marked too."""
    keys = system.data / "client"
    system.par("keys", "new", CLIENT, "--role", "intake", "--dir", keys)
    shutil.copy(keys / f"{CLIENT}.pub", system.data / "allow")
    os.kill(system.pid("collector"), 1)
    peer = Peer(system, path=keys / f"{CLIENT}.key")
    if peer.handshake_failed():
        peer.close()
        peer = Peer(system, path=keys / f"{CLIENT}.key")
    return peer


def ballot_of(made, rules, i, revision=1, **change):
    """One ballot with all sheets of a respondent."""
    message = ballot(CODE, rules)
    del message.sheets[:]
    for unit in range(len(UNITS)):
        answers = made.answers(i, unit)
        if answers:
            message.sheets.append(intake_pb2.Sheet(unit=unit + 1, revision=revision,
                                                   answers=packed(answers)))
    for name, value in change.items():
        setattr(message.sheets[0], name, value)
    return message.SerializeToString()


def send_by_code(made, system, told, marks):
    """Half of all, by a client of role intake, and every error that it can provoke."""
    peer = survey_client(system)
    rules = rules_of(peer.manifest(CODE))

    def submit(what, code, data, outcome=DONE):
        reply = told.reply(what, peer.ask(submit=intake_pb2.Submit(
            code=code.encode() if isinstance(code, str) else code, ballot=data)))
        check(reply.outcome == outcome or outcome is None, what, reply)
        return reply

    for i in range(32):
        data = ballot_of(made, rules, i)
        reply = submit("a ballot", made.codes[i], data)
        check({s.verdict for s in reply.ack.sheets} == {intake_pb2.VERDICT_ACCEPTED}, reply)
        if i < MARKED:
            marks.add(f"digest: of ballot {i}", of_bytes(reply.ack.digest))
            marks.add(f"nonce: of ballot {i}", of_bytes(ballot_nonce(data)))
        if i in (8, 11):
            respondents_in_tens(system, i + 1)
    good = ballot_of(made, rules, 1)
    submit("a duplicate", made.codes[1], good)
    reply = submit("a conflict", made.codes[1], ballot_of(made, rules, 1, answers=bytes([1] * 12)))
    check(reply.ack.sheets[0].verdict == intake_pb2.VERDICT_CONFLICT, reply)
    wrong = (("a wrong code", made.codes[2][:-1] + "X", good), ("no code", b"", good),
             ("a respondent as a code", made.respondents[3], good),
             ("bytes as a code", b"\xff\x00" + TICKET.encode(), good),
             ("a long code", TICKET * 400, good), ("a cut ballot", made.codes[4], good[:-1]),
             ("no such unit", made.codes[4], ballot_of(made, rules, 4, unit=99)),
             ("no such answer", made.codes[4], ballot_of(made, rules, 4, answers=bytes([9] * 12))),
             ("too few answers", made.codes[4], ballot_of(made, rules, 4, answers=b"\1")),
             ("revision 0", made.codes[4], ballot_of(made, rules, 4, revision=0)),
             ("another round", made.codes[4], ballot("khác", rules).SerializeToString()),
             ("other rules", made.codes[4], ballot_of(made, bytes(32), 4)))
    for what, code, data in wrong:
        submit(what, code, data, outcome=None)
    told.reply("a respondent", peer.ask(submit=intake_pb2.Submit(
        respondent=made.respondents[5].encode(), ballot=good)))
    told.reply("an annulment", peer.ask(command=command_part(intake_pb2.Command(
        annul=intake_pb2.Annul(round=CODE.encode(), respondent=made.respondents[5].encode(),
                               reason=b"x")))))
    told.reply("status", peer.ask(status=intake_pb2.StatusQuery()))
    told.reply("the roster", peer.ask(roster=intake_pb2.RosterQuery(round=CODE.encode())))
    peer.close()
    file = system.data / "code.txt"
    for text, code in ((made.codes[6], 0), (made.codes[6] + "9", 3)):
        file.write_text(text)
        told.par("ballots", "send", made.ballots([made.sheet(made.respondents[6], "U2", 2)]),
                 "--round", CODE, "--code-file", file, code=code)
    file.unlink()


def ballot_nonce(data):
    message = intake_pb2.Ballot()
    message.ParseFromString(data)
    return message.nonce


def respondents_in_tens(system, sent):
    """What links 3 and 4 say while the round is open."""
    for feed in feeds(system):
        def tens(feed=feed):
            info = release_pb2.Heads()
            info.ParseFromString(feed.ask().info)
            seen = [head.respondents_tens for head in info.rounds if head.round == CODE.encode()]
            check(all(n % 10 == 0 and n <= sent for n in seen), seen, "of", sent)
            return seen == [sent // 10 * 10]
        wait_for("the tens of respondents", tens)
        feed.close()


def import_the_rest(made, system):
    """The operator's half: two imports, with a conflict and a stranger."""
    def sheets(first, last):
        return [made.sheet(made.respondents[i], UNITS[u], 1, made.answers(i, u))
                for i in range(first, last) for u in range(4) if made.answers(i, u)]
    one = system.par("ballots", "import", made.ballots(sheets(32, 61)), "--round", CODE)
    two = sheets(61, 64) + [made.sheet(made.respondents[40], "U1", 1, [2] * 12),
                            made.sheet(f"{NAME} 999", "U1")]
    two = system.par("ballots", "import", made.ballots(two), "--round", CODE, code=3)
    check(summary(two)["conflict"] == 1 and summary(two)["refused"] == 1, two)
    system.par("appraisals", "import", made.write(
        "appraisals.csv", ["unit", "criterion", "points", "evidence", "by"],
        [[unit, "3", 1 + i, f"QĐ {i}", APPRAISER] for i, unit in enumerate(UNITS)] +
        [["U1", "bonus", "1.5", "sáng kiến", APPRAISER]]), "--round", CODE)
    system.par("measured", "import", made.write(
        "measured.csv", ["unit", "criterion", "value", "evidence"],
        [[unit, "4", 20 + i, "báo cáo"] for i, unit in enumerate(UNITS)]), "--round", CODE)
    return summary(two)["import"]


def annul(made, told, *numbers):
    for i in numbers:
        told.par("ballots", "annul", CODE, "--respondent", made.respondents[i], "--reason", REASON)


def release_and_correct(made, system, told, by_import):
    annul(made, told, 0, 50)
    told.par("ballots", "annul", CODE, "--import", by_import, "--reason", REASON)
    told.par("scores", CODE, "--key", system.data / "keys/auditor.key", code=3)
    told.par("round", "close", CODE)
    told.par("release", CODE, "--kind", "official", "--decision", "QĐ 1", "--note", "lần đầu")
    annul(made, told, 1)
    told.par("release", CODE, "--kind", "correction")
    annul(made, told, *range(32, 44))
    told.par("release", CODE, "--kind", "correction", "--note", "loại mười hai")
    told.par("release", "retract", CODE, "2", "--reason", "thay bằng lần 3")
    for wrong in (f"{NAME} 998", made.respondents[1]):
        told.par("ballots", "annul", CODE, "--respondent", wrong, "--reason", REASON, code=3)
    auditor = ("--key", system.data / "keys/auditor.key")
    for number in ("1", "2", "3"):
        for form in ("table", "csv", "json"):
            told.par("scores", CODE, "--release", number, "--format", form, *auditor)
        for unit in UNITS:
            told.par("explain", CODE, unit, "--release", number, "--format", "json", *auditor)
    told.par("compare", CODE, "U1", "U2", *auditor)


# ---- where it is looked for

def feeds(system):
    """Link 3 as role internal, link 4 as role downstream."""
    return (FeedPeer(system, "internal", f"tcp://127.0.0.1:{system.base() + 3}", "scorer"),
            FeedPeer(system, "downstream", system.env["PAR_PUBLISHER"], "publisher"))


def items(system):
    """Every item of both links and what rides on the head, which must agree."""
    found = []
    for feed in feeds(system):
        payloads = feed.entries()
        found.append(payloads + [feed.ask().info])
        feed.close()
    check(found[0][:-1] == found[1][:-1] and len(found[0]) == 5, "link 4 passes link 3 on")
    return found[0] + found[1][-1:]


class Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = set()

    def handle_starttag(self, tag, attrs):
        self.found |= {value for name, value in attrs if name in ("href", "src") and value}


def ask(url, method="GET", **headers):
    """Status line, headers and body as they came."""
    request = urllib.request.Request(url, method=method, headers=headers,
                                     data=b"x" if method == "POST" else None)
    try:
        answer = urllib.request.urlopen(request, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        body = answer.read()
    return answer.status, f"{answer.status} {answer.reason}\n{answer.headers}".encode(), body


def crawl(system):
    """Everything that a browser can reach, and what is said where there is nothing."""
    site = system.env["PAR_SITE"]
    round_path = f"{site}/{urllib.parse.quote(CODE)}"
    todo = [f"{site}/", f"{site}/en.html"]
    todo += [f"{round_path}/{n}/{file}" for n in (1, 2, 3) for file in (
        "", "en.html", "scores.csv", "criteria.csv", "scores.json")]
    todo += [f"{round_path}/1/{unit}/{file}" for unit in UNITS for file in ("", "en.html")]
    seen, found = set(), []
    while todo:
        url = todo.pop().split("#")[0]
        if url in seen or not url.startswith(site):
            continue
        seen.add(url)
        status, head, body = ask(url)
        check(status == 200, url, status)
        found.append((url, head + body))
        if b"text/html" in head:
            links = Links()
            links.feed(body.decode())
            todo += [urllib.parse.urljoin(url, link) for link in links.found]
    for path, method, expected in (
            ("/nowhere", "GET", 404), (f"/{urllib.parse.quote(CODE)}/9/", "GET", 404),
            (f"/{urllib.parse.quote(CODE)}/1/U9/", "GET", 404), ("/metrics", "GET", 404),
            ("/", "POST", 405), ("/", "DELETE", 405), ("/", "HEAD", 200)):
        status, head, body = ask(site + path, method)
        check(status == expected, method, path, status)
        found.append((f"{method} {path}", head + body))
    return found


def said_by_services(system):
    """Logs, health and metrics."""
    found = [(path.name, path.read_bytes()) for path in (system.data / "log").iterdir()]
    for offset in (6, 7, 8):
        for path in ("livez", "readyz", "metrics", "nothing"):
            _, head, body = ask(f"http://127.0.0.1:{system.base() + offset}/{path}")
            found.append((f"{offset} {path}", head + body))
    return found


def files_of(directory):
    return [(str(path), path.read_bytes()) for path in directory.rglob("*")
            if path.is_file() and not path.is_symlink()]


def hours_of(system):
    """The hours of all ballots, as a seal, a message or a text would have them."""
    internal, forms = FeedPeer(system, "internal"), set()
    for seconds in {entry[99:107] for entry in internal.entries() if entry[1] == 3}:
        time = int.from_bytes(seconds, "big")
        check(time % 3600 == 0, "no ballot has a finer time than the hour", time)
        stamp = datetime.datetime.fromtimestamp(time, datetime.timezone.utc)
        forms |= {seconds, seconds[::-1], seconds.hex().encode(), str(time).encode(),
                  stamp.strftime("%Y-%m-%dT%H:00:00").encode(),
                  stamp.strftime("%Y-%m-%d %H:00:00").encode()}
    internal.close()
    check(forms)
    return forms


def operators_figures(told):
    """Exact fractions and long roots that auditors were told."""
    found = set()
    for what, text in told.list:
        if what.startswith(("explain", "scores")):
            found |= set(re.findall(rb"\b\d{2,}/\d{4,}\b|\b\d+\.\d{9,}\b", text))
    check(len(found) > 30, found)
    return found


def open_journal(system, marks):
    """An auditor has the bare headers of an open round; no body is guessed from them."""
    auditor, internal = FeedPeer(system, "auditor"), FeedPeer(system, "internal")
    shown, whole = auditor.entries(), internal.entries()
    auditor.close()
    internal.close()
    check(all(len(entry) == 76 for entry in shown))
    some = b"".join(shown)
    marks.without("digest").absent("the bare headers", some)
    marks.present("the bare headers", some, "digest")
    marks.present("the whole entries", b"".join(whole), "answers")
    marks.without("answers", "digest", "nonce", "reason", "appraiser",
                  "client").absent("the journal", b"".join(whole))


def voided(system):
    """Another round, that comes to nothing."""
    made = Folder("khác")
    system.par("round", "open", made.path)
    system.par("round", "void", made.code, "--reason", "sai bộ tiêu chí")


def nonces(system):
    """Every body but a ballot's, an opening's and a roster's ends with random bytes."""
    kinds = {4: "Appraisals", 5: "Measured", 6: "Annul", 7: "Close", 8: "Void", 9: "Release",
             10: "Retract"}
    internal = FeedPeer(system, "internal")
    seen, met = set(), set()
    for entry in internal.entries():
        if entry[1] not in kinds:
            continue
        body = getattr(entry_pb2, f"{kinds[entry[1]]}Entry")()
        body.ParseFromString(entry[78 + int.from_bytes(entry[76:78], "big"):])
        check(len(body.nonce) == 32 and body.nonce not in seen, kinds[entry[1]], body)
        seen.add(body.nonce)
        met.add(kinds[entry[1]])
    internal.close()
    check(met == set(kinds.values()), met)


def no_line_a_ballot(system, before):
    """The log must not tell when who sent something."""
    text = (system.data / "log/collector.log").read_text()
    check(len(text.splitlines()) - before < 30, "a log line for every ballot?", text)
    check(not re.search(r"\b(rater|respondent|credential|answers?|cluster|stratum)=", text), text)


def structure(payloads):
    """What an item may say beside words, read as it is declared and no byte more."""
    for payload in payloads:
        item = release_pb2.ReleaseItem()
        item.ParseFromString(payload)
        check(item.SerializeToString() == payload, "bytes that no field explains")
        check(item.release.respondents_tens % 10 == 0)
        for unit in (unit for block in item.release.blocks for unit in block.units):
            check(unit.raters == 0 or unit.raters >= 10, unit)
            check(not (unit.leave_out_change or unit.leave_out_association or
                       unit.unannulled_score), unit)
            check(unit.code != b"U3" or not (unit.score or unit.cells or unit.rank or unit.raters),
                  "too few raters", unit)
        for annulment in item.release.annulments:
            check(annulment.reason == b"", "undeclared reasons are not told", annulment)


def look_everywhere(system, told, marks):
    hours, figures = hours_of(system), operators_figures(told)
    public = marks.without()
    public.add("hour", hours)
    public.add("operator's figure", figures)
    payloads = items(system)
    structure(payloads[:-2])
    pages = crawl(system)
    print(f"  {len(public.needles)} needles, {len(pages)} pages", flush=True)
    for i, payload in enumerate(payloads):
        public.absent(f"item or head {i} of links 3 and 4", payload)
    for where, data in pages:
        public.absent(where, data)
    for where, data in files_of(system.data / "publisher"):
        public.absent(where, data)
    # the operator's name for a survey client and what auditors may know are no rater
    quiet = marks.without("client")
    for where, data in said_by_services(system):
        quiet.absent(where, data)
    names = "\n".join(str(path) for path in system.data.rglob("*") if "client" not in path.parts)
    quiet.absent("the names of files", names)
    told_by_nobody = marks.without("digest", "client", "reason", "appraiser")
    for where, data in told.list:
        told_by_nobody.absent(where, data)
    kept = marks.without("client", "reason", "appraiser")
    for where, data in files_of(system.data / "scorer"):
        kept.absent(where, data)
    # who a rater is stands in the roster alone, and there it is sealed
    identities = kept.without("answers", "digest", "nonce")
    for where, data in files_of(system.data / "collector"):
        identities.absent(where, data)
    return memory(system, public, identities)


def memory(system, public, identities):
    """What a core dump would show: of the publisher nothing; the scorer reads the journal,
    so answers pass through it, but no name. False: it may not be read."""
    for service, marks in (("publisher", public), ("scorer", identities)):
        try:
            written = written_pages(system.pid(service))
        except PermissionError:
            return False
        print(f"  {len(written) >> 10} KiB of the {service}'s memory", flush=True)
        check(len(written) > 100000 and CODE.encode() in written, "no memory of the", service)
        marks.absent(f"the memory of the {service}", written)
    collector = written_pages(system.pid("collector"))
    identities.present("the memory of the collector", collector, "respondent")
    return True


def whole_round():
    made = Round()
    marks = marks_of(made)
    with System() as system:
        told = Told(system)
        system.par("round", "open", made.path)
        lines = len((system.data / "log/collector.log").read_text().splitlines())
        send_by_code(made, system, told, marks)
        by_import = import_the_rest(made, system)
        no_line_a_ballot(system, lines)
        open_journal(system, marks)
        release_and_correct(made, system, told, by_import)
        voided(system)
        nonces(system)
        all_seen = look_everywhere(system, told, marks)
    if not all_seen:
        print("the memory of the services can be read by root alone; all else was looked through")
        sys.exit(77)


main(whole_round)
