"""kill -9 of each service at random moments, each while a client has unanswered messages
or a close or a release is under way: after a restart everything finishes by itself, and
the bytes of the result are those without kills."""
import os
import random
import time
from collections import Counter
from system import SERVICES, Folder, System, check, main, summary

KILLS = 200 if os.environ.get("PAR_LONG") else 50
PHASES = ("import", "close", "release")


def folder(code, seed):
    made = Folder(code, units=6, respondents=220, leaves=8, seed=seed)
    return made, made.ballots(made.all_sheets())


def undisturbed(made, file):
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", file, "--round", made.code)
        system.par("round", "close", made.code)
        system.par("release", made.code, "--kind", "official")
        return system.scores(made.code), system.result_hash(made.code)


def command(phase, made, file):
    return {"import": ("ballots", "import", file, "--round", made.code),
            "close": ("round", "close", made.code, "--wait", "120"),
            "release": ("release", made.code, "--kind", "official", "--wait", "120")}[phase]


def killed(service):
    """Rounds of import, close and release in one system, a kill in each phase, until KILLS
    kills have met a command that was under way."""
    draw = random.Random(f"kill {service}")
    met, seed = Counter(), 0
    with System() as system:
        while sum(met.values()) < KILLS:
            seed += 1
            made, file = folder(f"k{seed}", seed)
            system.par("round", "open", made.path)
            for phase in PHASES:
                process = system.start(*command(phase, made, file))
                time.sleep(draw.uniform(0, {"import": 0.25, "close": 0.02, "release": 0.06}[phase]))
                system.kill(service)
                if process.poll() is None:
                    met[phase] += 1
                system.up()
                out, err = process.communicate(timeout=180)
                check(process.returncode == 0, phase, process.returncode, out, err)
                if phase == "import":
                    counts = summary(out)
                    check(counts["accepted"] + counts["duplicate"] == 1320, counts)
            result = system.scores(made.code), system.result_hash(made.code)
            if seed <= 3:
                check(result == undisturbed(made, file), made.code, "differs after kills")
            status = " ".join(system.par("round", "status", made.code).split())
            check("1320" in status, status)
    print(f"{service}: {dict(met)} kills with a command under way, {seed} rounds", flush=True)


def collector():
    killed("collector")


def scorer():
    killed("scorer")


def publisher():
    killed("publisher")


main(*(globals()[service] for service in SERVICES))
