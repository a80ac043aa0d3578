"""Collects answers, keeps them and publishes what may leave.

The way of an answer: `xlsform.read` → `path.pages` → `builder.form_for` → `Submission` → `gate.accept` →
`responses.accepted(scope)` → `dataset.build` → `tables` → `release`.
"""

__version__ = "0.1.0"
