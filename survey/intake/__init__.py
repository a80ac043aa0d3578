"""How answers arrive: a submission is read, judged once at the gate, and stored."""
