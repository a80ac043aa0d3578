"""Pictures of figures: numbers in, one SVG out, that needs no script and can be read in grey, in the dark and from the right."""
