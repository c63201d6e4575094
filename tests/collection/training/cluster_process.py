"""A Ray cluster of a head without cores and three machines with one core each, in a process of its own.

It prints the address. Each line that it reads ends one machine abruptly, and is answered with a line. The end of its input ends
all.
"""

import sys


def main() -> None:
    from ray.cluster_utils import Cluster

    memory = {"object_store_memory": 100 << 20}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, **memory})
    machines = [cluster.add_node(num_cpus=1, **memory) for _ in range(3)]
    print(cluster.address, flush=True)
    for _ in sys.stdin:
        cluster.remove_node(machines.pop(), allow_graceful=False)
        print(f"{len(machines)} left", flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()
