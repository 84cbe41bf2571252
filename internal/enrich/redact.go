package enrich

import "strings"

// Redacted stands where a secret stood.
const Redacted = "[redacted]"

// secretKeys are field names, in lower case and without separators, whose values are
// secrets wherever they stand in a request or an answer.
var secretKeys = map[string]bool{
	"sessiontoken": true, "secretaccesskey": true, "securitytoken": true, "password": true,
	"masteruserpassword": true, "newpassword": true, "oldpassword": true, "secretstring": true,
	"secretbinary": true, "secretkey": true, "privatekey": true, "clientsecret": true,
	"authtoken": true, "accesstoken": true, "refreshtoken": true, "idtoken": true,
	"webidentitytoken": true, "samlassertion": true, "signintoken": true, "authorizationtoken": true,
	"keymaterial": true, "plaintext": true, "passwordhash": true,
}

var separators = strings.NewReplacer("-", "", "_", "", ".", "")

func redact(fields map[string]any) map[string]any {
	out := make(map[string]any, len(fields))
	for key, value := range fields {
		if text, isText := value.(string); isText && text != "" && secretKeys[strings.ToLower(separators.Replace(key))] {
			out[key] = Redacted
			continue
		}
		out[key] = Redact(value)
	}
	return out
}

// Redact returns a copy of a decoded JSON value without the values of secret fields,
// wherever they stand in it. What AWS itself has hidden stays as AWS wrote it.
func Redact(value any) any {
	switch v := value.(type) {
	case map[string]any:
		return redact(v)
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = Redact(v[i])
		}
		return out
	}
	return value
}
