"""Programs in the translated subset of Python, which tests run in both languages."""
