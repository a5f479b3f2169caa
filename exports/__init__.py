"""Documents made of plain rows: workbooks, CSV files, batch files, reports. No Flask, no database session."""
