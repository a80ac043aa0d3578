"""Tables that are tied to each other: attacked, repaired and checked as one problem."""
