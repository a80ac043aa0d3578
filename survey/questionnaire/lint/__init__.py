"""What is wrong with an author's XLSForm, and what its author should know besides."""
