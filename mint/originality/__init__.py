"""How original pictures are: dreams or tiles measured against what was learnt from, and a report to look at."""
