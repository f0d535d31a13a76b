"""Watch this process and what it works on, for whoever operates it: signs of life, figures, an address to ask at."""
