"""Understudy in the browser: declares the pages and runs one. Start it with `make run`."""

from pages.components.navigation import declare_pages

declare_pages().run()
