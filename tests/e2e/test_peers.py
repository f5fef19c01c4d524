"""Peers that nobody here wrote (proto/peers): every verdict, a collector killed between a
ballot and its answer, every release exactly once, a revoked key."""
import sys
from peers import Made, Missing, whole
from system import System, main


def run(start):
    with Made() as made:
        programs, missing = [made.python()], None
        try:
            programs.append(made.node())
        except Missing as reason:
            missing = reason
        with start() as system:
            whole(system, made, programs)
    if missing:
        print(f"the Python client alone was tried: {missing}")
        sys.exit(77)


def peers():
    run(System)


if __name__ == "__main__":
    main(peers)
