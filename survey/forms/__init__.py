"""A questionnaire's pages as web forms that work without JavaScript; knows WTForms but no web framework."""
