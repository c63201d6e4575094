"""The recipes: one file each, networks and losses together."""
