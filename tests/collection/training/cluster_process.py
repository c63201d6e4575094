"""A Ray cluster of a head without cores and three machines with one core each, in a process of its own.

It prints the address. Each line that it reads ends one machine abruptly, and is answered with a line; the end of its input ends
all.
"""

import sys
from typing import Any

MEMORY = {"object_store_memory": 100 << 20}
NUM_TRIES = 5


def main() -> None:
    from ray.cluster_utils import Cluster

    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **MEMORY})
    machines = [add_machine(cluster) for _ in range(3)]
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.remove_node(machines.pop(), allow_graceful=False)
        print(f"{len(machines)} left", flush=True)
    cluster.shutdown()


def add_machine(cluster: Any) -> Any:
    """Start a machine, which Ray gives up after 30 seconds: too soon where other work keeps the processors busy."""
    for left in range(NUM_TRIES - 1, -1, -1):
        try:
            return cluster.add_node(num_cpus=1, **MEMORY)
        except Exception:
            if not left:
                raise
    return None


if __name__ == "__main__":
    main()
