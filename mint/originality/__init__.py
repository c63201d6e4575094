"""How original pictures are: dreams or tiles compared with the sprites that they were learned from, and an HTML report."""
