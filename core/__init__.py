"""Domain and model adapters: pure, typed, and unaware of Streamlit, SQL and training runs."""
