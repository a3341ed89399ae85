"""Networks of the book: each function returns a `keras.Model` that reads top to bottom like its drawing."""
