"""par watch: every release exactly once, in order, however it is stopped and started; a
release with the publisher down."""
import json
import signal
from system import Folder, System, check, main, wait_for


def released(system, code):
    made = Folder(code, units=2, respondents=12)
    system.par("round", "open", made.path)
    system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", code)
    system.par("round", "close", code)
    return system.par("release", code, "--kind", "official")


class Watch:
    def __init__(self, system, *arguments):
        self.path = system.data / "watch.jsonl"
        self.file = open(self.path, "w")
        self.process = system.start("watch", *arguments, stdout=self.file)

    def lines(self):
        return [json.loads(line) for line in self.path.read_text().splitlines()]

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        self.process.communicate(timeout=30)
        self.file.close()
        return self.lines()


def once_each_in_order():
    with System() as system:
        state = system.data / "state"
        released(system, "w1")
        released(system, "w2")
        seen = []
        watch = Watch(system, "--state", state)  # started late
        wait_for("two lines", lambda: len(watch.lines()) == 2)
        released(system, "w3")
        wait_for("three lines", lambda: len(watch.lines()) == 3)
        seen += watch.stop()
        check(watch.process.returncode == 0, watch.process.returncode)
        system.par("release", "retract", "w1", "1", "--reason", "thử rút")
        released(system, "w4")
        watch = Watch(system, "--state", state)
        wait_for("two more lines", lambda: len(watch.lines()) == 2)
        seen += watch.stop()
        check([line["n"] for line in seen] == [1, 2, 3, 4, 5], seen)
        check([line["round"] for line in seen] == ["w1", "w2", "w3", "w1", "w4"], seen)
        check([line["type"] for line in seen] == ["release"] * 3 + ["retraction", "release"], seen)
        for line in seen:
            check(set(line) == {"n", "round", "release", "type", "kind", "time",
                                "result_hash", "url"}, line)
            if line["type"] == "release" and line["round"] != "w1":
                check(line["result_hash"] == system.result_hash(line["round"]), line)
        # its own kill -9: the last line may repeat with the same n
        watch = Watch(system)
        wait_for("all lines", lambda: len(watch.lines()) == 5)
        watch.stop(signal.SIGKILL)
        state2 = system.data / "state2"
        numbers = []
        for count in (1, 3):
            watch = Watch(system, "--state", state2)
            wait_for("some lines", lambda: len(watch.lines()) >= count or
                     5 in numbers + [line["n"] for line in watch.lines()])
            numbers += [line["n"] for line in watch.stop(signal.SIGKILL)]
        watch = Watch(system, "--state", state2)
        released(system, "w5")
        wait_for("the sixth", lambda: any(line["n"] == 6 for line in watch.lines()))
        numbers += [line["n"] for line in watch.stop()]
        check(sorted(set(numbers)) == [1, 2, 3, 4, 5, 6] and numbers == sorted(numbers), numbers)


def publisher_down():
    with System() as system:
        made = Folder("down", units=2, respondents=12)
        system.par("round", "open", made.path)
        system.par("ballots", "import", made.ballots(made.all_sheets()), "--round", "down")
        system.par("round", "close", "down")
        system.kill("publisher")
        words = system.par("release", "down", "--kind", "official", "--wait", "2", code=4)
        check("release 1 is recorded, not yet published" in words, words)
        system.up()
        again = system.par("release", "down", "--kind", "official")
        check(system.result_hash("down") in again, again)
        watch = Watch(system)
        wait_for("the line", lambda: len(watch.lines()) == 1)
        check([line["release"] for line in watch.stop()] == [1])


if __name__ == "__main__":
    main(once_each_in_order, publisher_down)
