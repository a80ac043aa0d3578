"""Sensitive questions: prevalence from answers that chance hides, and from lists of which only a number is said."""
