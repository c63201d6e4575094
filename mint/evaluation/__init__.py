"""How well a training has learned, measured on sprites it has not seen: measures, a classifier of labels, and the report."""
