"""Pages outside the console: signing in, and later the order form and the personal links."""
