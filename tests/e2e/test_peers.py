"""Peers that nobody here wrote (proto/peers) against bare processes: every verdict, a
collector killed between a ballot and its answer, every release once, a revoked key."""
from wire_peers import run
from system import System, main


def peers():
    run(System)


if __name__ == "__main__":
    main(peers)
