"""True numbers, never kept: what is counted, in which cells."""
