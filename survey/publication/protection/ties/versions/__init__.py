"""Versions of a questionnaire in one round: what is true of a tie for whoever answered which of them."""
