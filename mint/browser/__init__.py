"""The artwork in a browser: what Python defines, written for a page that runs without Python."""
