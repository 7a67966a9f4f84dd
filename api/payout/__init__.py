"""Prize money: what is paid out, and to whom."""
