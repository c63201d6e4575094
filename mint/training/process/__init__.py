"""A training in a process of its own: its messages, its worker, the dreams it draws for a page, and its end."""
