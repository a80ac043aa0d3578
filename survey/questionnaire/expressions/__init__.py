"""The rules of XLSForm: from their text to a small tree, and from the tree and answers to a value."""
