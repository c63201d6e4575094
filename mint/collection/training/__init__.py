"""The training of a collection: many tokens, each for a while, by processes of this machine or by a Ray cluster.

A scheduler runs jobs somewhere and hands their results back (``scheduler``); the run keeps a bounded number of jobs with it,
publishes what comes back, and tries again what failed (``run``). Only what trains loads torch.
"""
