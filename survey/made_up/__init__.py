"""Made-up interviews: drawn from the census figures, sent like real ones, and a demonstration made of them."""
