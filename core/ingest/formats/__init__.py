"""What is no plain text: archives, workbooks, JSON, NumPy, Parquet, Arrow. Knows no roles."""
