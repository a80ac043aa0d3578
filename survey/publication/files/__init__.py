"""What readers take along as files: workbooks and data packages, made of kept figures alone."""
