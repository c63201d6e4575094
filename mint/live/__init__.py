"""Live training: a trainer in a process of its own, joined to the viewer's page. Nothing here loads torch but that process."""
