"""A level generated from tiles by wave function collapse and simulated annealing."""
