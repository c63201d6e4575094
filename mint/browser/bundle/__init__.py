"""Bundles: a token, or any token, as a page that draws, trains and dreams in a browser, in one file."""
