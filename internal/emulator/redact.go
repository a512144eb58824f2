package emulator

import "regexp"

// redacted stands wherever a secret stood.
const redacted = "'***'"

var (
	// secretAssignment finds NAME = 'value' and NAME => 'value' for the
	// properties that carry secrets in Snowflake's statements.
	secretAssignment = regexp.MustCompile(`(?is)\b(PASSWORD|TOKEN|SECRET_STRING|RSA_PUBLIC_KEY(?:_2)?|` +
		`[A-Z_]*(?:CLIENT_SECRET|PRIVATE_KEY|SECRET_KEY|SAS_TOKEN|AWS_TOKEN|REFRESH_TOKEN|API_KEY|PASSPHRASE))` +
		`(\s*=>?\s*)(?:'(?:[^'\\]|''|\\.)*'|\$\$.*?\$\$)`)
	pemBlock = regexp.MustCompile(`(?s)-----BEGIN [A-Z ]+-----.*?-----END [A-Z ]+-----`)
	webToken = regexp.MustCompile(`\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*`)
)

// redact returns statement text without passwords, keys and tokens, fit for
// the log and the monitoring endpoint.
func redact(text string) string {
	text = secretAssignment.ReplaceAllString(text, "${1}${2}"+redacted)
	text = pemBlock.ReplaceAllString(text, redacted)
	return webToken.ReplaceAllString(text, redacted)
}
