"""Galleries: static sites of snapshot files, whose dreams run in the browser of whoever visits."""
