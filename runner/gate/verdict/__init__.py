"""From what the gate found to the verdict: its parts, its score, its wire form."""
