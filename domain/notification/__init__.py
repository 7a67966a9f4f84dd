"""What people are told of: notices, who wants which by what way, and when."""
