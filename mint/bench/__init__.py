"""The benchmark: how fast a training runs on this machine, compared with a plain loop of the same recipe."""
