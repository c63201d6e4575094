"""Save a training and go back: checkpoints, history, recovery, and the state of the disk."""
