"""Spreadsheets and bank files coming in, down to typed rows and problems. Nothing here writes a record."""
