"""python -m analysis …: estimates and tests from CSV files, and tables protected and attacked."""
