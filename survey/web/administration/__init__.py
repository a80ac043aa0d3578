"""Pages of administrators: rounds, accounts, questionnaires, releases."""
