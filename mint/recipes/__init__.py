"""The recipes: networks and losses together, one package each."""
