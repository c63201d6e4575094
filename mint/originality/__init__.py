"""How original pictures are: dreams or tiles compared with the originals, and a report with pictures."""
