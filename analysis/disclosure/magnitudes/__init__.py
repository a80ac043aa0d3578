"""Tables of amounts: rules about who contributes how much, and the attack in amounts instead of people."""
