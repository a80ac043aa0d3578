"""The keys of the survey and everything done with them; the only importer of cryptography."""
