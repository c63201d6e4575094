"""A training in a process of its own: its messages, its worker, and the dreams it samples for others."""
