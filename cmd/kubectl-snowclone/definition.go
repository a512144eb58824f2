package main

import "github.com/snowclone-dev/snowclone/internal/sqltext"

// definitionOf says how a text is read. What is called a procedure may be its CREATE statement or only its body, and so
// may a routine body: the text itself tells, and language, which may be empty, is that of a body. A script in another
// language than SQL is a body as well.
func definitionOf(kind sqltext.Kind, language, text string) (sqltext.Definition, error) {
	def := sqltext.Definition{Kind: kind, Text: text}
	switch kind {
	case sqltext.Procedure, sqltext.Function:
		if sqltext.StartsStatement(text) {
			return def, nil
		}
	case sqltext.RoutineBody:
		if header, err := sqltext.ParseHeader(text); err == nil {
			def.Kind = header.Kind
			return def, nil
		}
	case sqltext.Script:
		if language == "" || sqltext.StartsStatement(text) {
			return def, nil
		}
	default:
		return def, nil
	}
	language, err := parseLanguage(language)
	if err != nil {
		return def, err
	}
	if kind != sqltext.Function || language != "SQL" {
		def.Kind, def.Language = sqltext.RoutineBody, language
	}
	return def, nil
}
