"""What more corrections would bring: learning curves of a cheap model, carried on with doubt."""
