"""The selection of candidates that keep all rules, and proofs that there is none."""
