"""What a page asks for in one call: storage, core and training put together, without Streamlit."""
