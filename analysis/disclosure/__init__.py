"""Tables that give nobody away: protected, attacked, and only then shown."""
