"""What recipes are made of: layers, losses, schedules, the optimiser and the learner's state. No module here knows a recipe."""
