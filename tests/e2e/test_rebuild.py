"""A store deleted under the scorer or the publisher is rebuilt to the same bytes."""
import shutil
import urllib.request
from system import Folder, System, check, main


def page(system, made, file):
    url = f"{system.env['PAR_SITE']}/{made.code}/1/{file}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read()


def rebuilt():
    made = Folder("rebuild", units=5, blocks=2)
    with System() as system:
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", made.code)
        system.par("round", "close", made.code)
        system.par("release", made.code, "--kind", "official", "--note", "lần đầu")

        def everything():
            return ([page(system, made, name) for name in ("", "en.html", "scores.csv", "scores.json")],
                    system.scores(made.code), system.par("scores", made.code, "--format", "json"))
        before = everything()
        for gone in (("scorer",), ("publisher",), ("scorer", "publisher")):
            for service in gone:
                system.kill(service)
            for service in gone:
                shutil.rmtree(system.data / service)
            system.up()
            system.par("release", made.code, "--kind", "official")  # the same one, waits for it
            check(everything() == before, "not the same bytes without the store of", *gone)


main(rebuilt)
