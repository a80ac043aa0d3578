"""People who sign in or send: accounts, phones, wrong sign-ins, and the audit of what they did."""
