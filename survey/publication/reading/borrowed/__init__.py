"""Hidden shares that are estimated from published ones, on a page and in a file."""
