"""Means of all answers to the questions of an index, told where the mean by person is hidden and an attack leaves them."""
