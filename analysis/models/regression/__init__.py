"""Regression whose standard errors and tests respect the design: linear, logistic, ordinal."""
