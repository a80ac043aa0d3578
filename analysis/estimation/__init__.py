"""Estimates with design-based standard errors."""
