"""Collects answers, keeps them and publishes what may leave.

The way of an answer: `xlsform.read` → `path.pages` → `builder.form_for` → `Submission` → `gate.accept` →
`responses.keep` → `answers.build` → `packed.count` → `cube.topics_of` → `release.publish`.
"""

__version__ = "0.1.0"
