"""The benchmark: what a training gets out of this machine, beside a plain loop of the same recipe."""
