"""What comes in whole and what goes out whole: counts, exports, imports."""
