"""Peers that nobody here wrote (proto/peers), through the published ports of containers."""
from pods import Pods, main, possible
from wire_peers import run


def peers():
    run(Pods)


if __name__ == "__main__":
    possible()
    main(peers)
