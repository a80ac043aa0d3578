"""A field period and what came in of it: rounds, interviews, envelopes, late ones, and their numbers."""
