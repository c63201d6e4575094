"""How good a training is, by the sprites it has not seen: measures, a classifier of labels, and the report."""
