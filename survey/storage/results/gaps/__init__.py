"""The gaps of a release and how many gave both of their answers: made of published numbers, and checked against them."""
