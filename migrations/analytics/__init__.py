"""SQL of migration 0020, apart for its length. Like every migration it never changes; a later one replaces it."""
