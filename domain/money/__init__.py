"""Money, the books it is kept in, and the rules by which it is given back or shared out."""
