"""What a reader of a questionnaire knows of the counts of different tables together."""

from survey.publication.ties.derivation import ties_of
from survey.publication.ties.tables import NOT_VALID, VALID, valid_table

__all__ = ["NOT_VALID", "VALID", "ties_of", "valid_table"]
