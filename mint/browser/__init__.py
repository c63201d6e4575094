"""The artwork in a browser: it draws tokens, trains and dreams there, from the definitions of this program."""
