"""Messages to browsers, by Web Push."""
