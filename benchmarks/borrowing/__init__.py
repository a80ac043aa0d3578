"""Whether a figure borrowed from published cells is better than what a reader has without it."""
