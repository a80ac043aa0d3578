"""What a reader of a questionnaire knows of the counts of different tables together."""

from survey.publication.protection.ties.derivation import ties_of
from survey.publication.protection.ties.index_tables import index_tables, valid_topics
from survey.publication.protection.ties.tables import NOT_VALID, VALID, valid_table
from survey.publication.protection.ties.versions.of_a_round import ties_of_all

__all__ = ["NOT_VALID", "VALID", "index_tables", "ties_of", "ties_of_all", "valid_table", "valid_topics"]
