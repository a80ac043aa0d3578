"""Whoever signs in or sends: accounts, phones, wrong sign-ins, and the audit of what they did."""
