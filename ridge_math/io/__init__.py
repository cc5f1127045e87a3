"""Reading tables: CSV and Parquet files, in blocks, as columns with exact types."""
