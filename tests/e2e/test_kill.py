"""kill -9 of each service at random moments, each while a client has unanswered messages
or a close or a release is under way: after a restart everything finishes by itself, and
the bytes of the result are those without kills."""
import os
import random
import signal
import time
from collections import Counter
from system import SERVICES, Folder, System, check, main, summary

KILLS = 200 if os.environ.get("PAR_LONG") else 50
PHASES = ("import", "close", "release")
SHEETS = 6 * 220


def folder(code, seed):
    made = Folder(code, units=6, respondents=220, leaves=8, seed=seed)
    return made, made.ballots(made.all_sheets())


def undisturbed(calm, made, file):
    """The result of the same round in a system where nothing is killed."""
    calm.par("round", "open", made.path)
    for phase in PHASES:
        calm.par(*command(phase, made, file))
    return calm.scores(made.code), calm.result_hash(made.code)


def command(phase, made, file):
    return {"import": ("ballots", "import", file, "--round", made.code),
            "close": ("round", "close", made.code, "--wait", "120"),
            "release": ("release", made.code, "--kind", "official", "--wait", "120")}[phase]


def undisturbed_times(system):
    """How long each phase takes here, so that kills fall while it is under way."""
    made, file = folder("k0", 0)
    system.par("round", "open", made.path)
    times = {}
    for phase in PHASES:
        started = time.monotonic()
        system.par(*command(phase, made, file))
        times[phase] = time.monotonic() - started
    return times


def killed(service):
    """Rounds of import, close and release in one system, a kill in each phase, until KILLS
    kills have met a command that was under way."""
    draw = random.Random(f"kill {service}")
    met, seed = Counter(), 0
    with System() as system, System() as calm:
        times = undisturbed_times(calm)
        while sum(met.values()) < KILLS:
            seed += 1
            made, file = folder(f"k{seed}", seed)
            system.par("round", "open", made.path)
            for phase in PHASES:
                process = system.start(*command(phase, made, file))
                time.sleep(draw.uniform(0, times[phase]))
                os.kill(system.pid(service), signal.SIGKILL)
                under_way = process.poll() is None
                system.kill(service)
                met[phase] += under_way
                system.up()
                out, err = process.communicate(timeout=180)
                check(process.returncode == 0, phase, process.returncode, out, err)
                if phase == "import":
                    counts = summary(out)
                    check(counts["accepted"] == SHEETS, counts)
            result = system.scores(made.code), system.result_hash(made.code)
            check(result == undisturbed(calm, made, file), made.code, "differs after kills")
            status = " ".join(system.par("round", "status", made.code).split())
            check(f"sheets taken {SHEETS}" in status, status)
    print(f"{service}: {sum(met.values())} kills with a command under way {dict(met)}, "
          f"{seed} rounds", flush=True)


def collector():
    killed("collector")


def scorer():
    killed("scorer")


def publisher():
    killed("publisher")


main(*(globals()[service] for service in SERVICES))
