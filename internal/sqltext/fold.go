package sqltext

// Fold upper-cases the ASCII letters of a text and nothing else, as Snowflake folds a bare identifier (N1).
func Fold(text string) string { return foldASCII(text) }
