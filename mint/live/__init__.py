"""A running training: with a page and a process of its own, or headless. What serves the page loads no torch."""
