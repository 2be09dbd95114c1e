"""The browser pages: each arranges library calls and shows what came back."""
