package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Document is what was read of one message of the alert event topic. What is absent is
// empty; what has another type than the schema says is there as its JSON.
type Document struct {
	Kind                                         string
	ID, Rule, Severity, Title, Description, Time string
	EventID, EventSource, EventName, Region      string
	Error                                        string
	Failed                                       bool
	Account                                      Account
	Actor                                        Actor
	Evidence, Details, Fields                    map[string]any // Fields is the whole document
	Attack, Runbook, Notes, Regions, Sources     []string
	Links                                        map[string]any
	EventHistory                                 string // a command that asks what else the caller did
	What, Why, Where                             string // of a problem
	First, From, To, Count                       string // of a follow-up
	OverLimit                                    bool
	Body                                         string // as it came
	// Fault is why the body could not be read. It is empty where it could.
	Fault string
}

// An Account is an account with what is known of it.
type Account struct{ ID, Name, Owner, Environment string }

// An Actor is who did it.
type Actor struct {
	Kind, Name, ARN, Account, Issuer, Credentials, MFA, Via, Source string
}

// The kinds of message that are told apart; all others are shown as they are.
const (
	kindAlert     = "alert"
	kindTest      = "test"
	kindProblem   = "problem"
	kindRollUp    = "rollup"
	kindHeartbeat = "heartbeat"
)

// Decode reads one message of the alert event topic, as it stands on the topic or in the
// envelope that SNS puts around it for queues without raw delivery. It takes everything:
// what can't be read is a Document with a Fault, because it may have been an alert.
func Decode(body string) Document {
	fields, err := parse(body)
	if err == nil && isEnvelope(fields) {
		body, _ = fields["Message"].(string)
		fields, err = parse(body)
	}
	if err != nil {
		return Document{Body: body, Fault: err.Error()}
	}
	return read(object(fields), body)
}

// Heartbeat says whether the message only shows that alerts can be sent.
func (d Document) Heartbeat() bool { return d.Kind == kindHeartbeat }

// FollowUp says whether the message is about one that was sent before, whose id is First.
func (d Document) FollowUp() bool { return d.Kind == kindRollUp && d.First != "" }

// isEnvelope knows the form of SNS; see "Parsing Amazon SNS message formats".
func isEnvelope(fields map[string]any) bool {
	_, wrapped := fields["Message"].(string)
	return wrapped && fields["Type"] == "Notification" && fields["TopicArn"] != nil
}

func parse(body string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(body))
	decoder.UseNumber()
	var fields map[string]any
	if err := decoder.Decode(&fields); err != nil {
		return nil, fmt.Errorf("it is no JSON object: %w", err)
	}
	if fields == nil {
		return nil, errors.New("it is null")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("something follows the JSON object")
	}
	return fields, nil
}

func read(o object, body string) Document {
	account, actor := o.object("account"), o.object("actor")
	return Document{
		Kind: o.text("kind"), ID: o.text("id"), Rule: o.text("rule"), Severity: o.text("severity"), Title: o.text("title"),
		Description: o.text("description"), Time: o.text("time"), EventID: o.text("event_id"),
		EventSource: o.text("event_source"), EventName: o.text("event_name"), Region: o.text("region"), Error: o.text("error"),
		Failed: o["failed"] == true,
		Account: Account{
			ID: account.text("id"), Name: account.text("name"), Owner: account.text("owner"), Environment: account.text("environment"),
		},
		Actor: Actor{
			Kind: actor.text("kind"), Name: actor.text("name"), ARN: actor.text("arn"), Account: actor.text("account"),
			Issuer: actor.text("issuer"), Credentials: actor.text("credentials"), MFA: actor.text("mfa"),
			Via: actor.text("via"), Source: actor.text("source"),
		},
		Evidence: o.object("evidence"), Details: o.object("details"), Links: o.object("links"), Fields: o,
		EventHistory: o.object("queries").text("event_history"),
		Attack:       o.texts("attack"), Runbook: o.texts("runbook"), Notes: o.texts("notes"),
		Regions: o.texts("regions"), Sources: o.texts("sources"),
		What: o.text("what"), Why: o.text("why"), Where: o.text("where"),
		First: o.text("first"), From: o.text("from"), To: o.text("to"), Count: o.text("count"), OverLimit: o["over_limit"] == true,
		Body: body,
	}
}

// object is a JSON object that is read whatever it holds.
type object map[string]any

func (o object) text(key string) string { return shown(o[key]) }

func (o object) object(key string) object {
	switch v := o[key].(type) {
	case nil:
		return nil
	case map[string]any:
		return v
	default: // not what the schema says, but not lost either
		return object{key: v}
	}
}

func (o object) texts(key string) []string {
	switch v := o[key].(type) {
	case nil:
		return nil
	case []any:
		var texts []string
		for _, item := range v {
			texts = append(texts, shown(item))
		}
		return texts
	default:
		return []string{shown(v)}
	}
}

// shown is any JSON value as one text: a string as it is, nothing for null, and else JSON.
func shown(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	}
	// What was decoded from JSON can be encoded again.
	text, _ := encode(v)
	return string(text)
}

// encode writes JSON as Slack counts it: <, > and & are one character each.
func encode(v any) ([]byte, error) {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, fmt.Errorf("write JSON: %w", err)
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}
