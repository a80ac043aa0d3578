"""Pages of coordinators and reviewers: coverage and results."""
