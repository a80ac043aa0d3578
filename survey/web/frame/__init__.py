"""What every page has around it: who may open it, its language, its headers and menu, its errors."""
