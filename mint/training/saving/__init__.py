"""Saving a training and recovering it: checkpoints, history, recovery, and the state of the disk."""
