"""Versions of a questionnaire in one round: what is true of a tie for those who answered each of them."""
