"""Models of how answers came about, apart from the estimates themselves."""
