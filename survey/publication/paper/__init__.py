"""What readers take along: workbooks, data packages and sheets of paper, made of kept figures alone."""
