package enrich

import (
	"strings"

	"trailbell/internal/detection"
)

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

// redactPaths takes out what the METADATA of the rules that matched calls secret. The
// alerts of a record share it, so what one rule calls secret no alert shows. The record
// must be a copy.
func redactPaths(record map[string]any, findings []detection.Finding) map[string]any {
	for _, finding := range findings {
		for _, path := range finding.Rule.Redact {
			redactPath(record, strings.Split(path, "."))
		}
	}
	return record
}

// redactPath takes out the value at a path, whatever it is, in each element of the lists
// on the way.
func redactPath(value any, path []string) {
	switch v := value.(type) {
	case map[string]any:
		below, present := v[path[0]]
		switch {
		case !present || below == nil || below == "":
		case len(path) == 1:
			v[path[0]] = Redacted
		default:
			redactPath(below, path[1:])
		}
	case []any:
		for _, element := range v {
			redactPath(element, path)
		}
	}
}
