"""The contact sheet of a collection: one HTML file that needs no network."""
