"""What a release is written as: spreadsheets today; reports, charts and maps have their room here."""
