package slack_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"trailbell/internal/detection"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/notifytest"
	"trailbell/internal/notify/slack"
)

// evil are texts that grow when they are escaped, or that Slack would obey.
var evil = []string{
	"<!channel>", "<!here>", "@here @channel @everyone", "<@U012AB3CD>", "<#C012AB3CD>", "<!subteam^S1>", "<!date^1|^https://evil.example|x>",
	"<https://evil.example|console.aws.amazon.com>", "https://evil.example/", "```", "`", "*bold*", "_x_", "~x~", ">quote", "&amp;", "&lt;!channel&gt;",
	"&", "<", ">", "\n", "\r\n", "\x00", "\x1b[2J", "\u202e", "\u200b", "\U000E0041", "\xff", `"`, `\`, ":white_check_mark:", "[+5 bytes]", `\u{000A}`,
	"é東👍", "plain text", "alice", "arn:aws:iam::123456789012:user/alice", "",
}

// A generator makes documents, the same for the same seed.
type generator struct {
	*rand.Rand
	all  bool     // every field is there
	pool []string // if any, what texts are taken from
}

func newGenerator(seed uint64) generator {
	return generator{Rand: rand.New(rand.NewPCG(seed, 41)), all: seed%5 == 0}
}

func (g generator) text() string {
	if len(g.pool) > 0 {
		return g.pool[g.IntN(len(g.pool))]
	}
	text := ""
	for range g.IntN(4) + 1 {
		text += evil[g.IntN(len(evil))]
	}
	return text
}

func (g generator) json(depth int) any { return notifytest.JSON(g.Rand, depth, g.text) }

// The fields of all kinds of document, by what the schema says that they are.
var (
	textFields = strings.Fields(`id record_key rule title description time event_id event_source event_name region error what why where first from to`)
	listFields = strings.Fields(`attack runbook notes regions sources`)
	mapFields  = map[string][]string{
		"account": {"id", "name", "owner", "environment"}, "links": {"console", "reference"},
		"actor":    {"kind", "name", "arn", "account", "issuer", "session", "credentials", "mfa", "via", "source"},
		"evidence": {"a", "b", "userIdentity.arn"}, "details": {"c", "d"},
	}
)

// document has any subset of the fields, now and then of the wrong type.
func (g generator) document() map[string]any {
	doc := map[string]any{
		"kind":     []string{"alert", "test", "problem", "rollup", "weather"}[g.IntN(5)],
		"severity": []any{"info", "low", "medium", "high", "critical", nil, g.text()}[g.IntN(7)],
		"failed":   g.IntN(2) == 0, "over_limit": g.IntN(2) == 0, "count": g.IntN(100),
	}
	value := func() any {
		if g.IntN(15) == 0 {
			return g.json(3)
		}
		return g.text()
	}
	for _, key := range textFields {
		if g.all || g.IntN(4) > 0 {
			doc[key] = value()
		}
	}
	for _, key := range listFields {
		n := g.IntN(5)
		if g.IntN(10) == 0 || len(g.pool) > 0 {
			n = 60
		}
		list := []any{}
		for range n {
			list = append(list, value())
		}
		doc[key] = list
	}
	for key, names := range mapFields {
		inner := map[string]any{g.text(): g.json(3)}
		for _, name := range names {
			inner[name] = value()
		}
		doc[key] = inner
	}
	return doc
}

func body(t testing.TB, doc map[string]any) string {
	t.Helper()
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAnyDocumentIsAMessage(t *testing.T) {
	for seed := range notifytest.Cases(1500) {
		name := fmt.Sprintf("seed %d", seed)
		text := body(t, newGenerator(seed).document())
		doc := slack.Decode(text)
		if doc.Fault != "" {
			t.Fatalf("%s: %s", name, doc.Fault)
		}
		message := slack.Render(doc)
		checkMessage(t, name, message)
		if !reflect.DeepEqual(message, slack.Render(slack.Decode(text))) {
			t.Errorf("%s: the second time it is another message", name)
		}
		if t.Failed() {
			t.Fatalf("%s:\n%s", name, text)
		}
	}
}

func TestLongTextsInEveryFieldMakeAMessageThatFits(t *testing.T) {
	for i, word := range evil[:len(evil)-1] {
		if testing.Short() && i%4 > 0 {
			continue
		}
		for seed := range notifytest.Cases(20)/20 + 1 {
			g := newGenerator(seed)
			g.all, g.pool = true, []string{strings.Repeat(word, 3000/len(word)+1)}
			name := fmt.Sprintf("word %d, seed %d", i, seed)
			message := slack.Render(slack.Decode(body(t, g.document())))
			checkMessage(t, name, message)
			if t.Failed() {
				t.FailNow()
			}
		}
	}
}

// What is short must not be cut just because it could be: the mark of a cut would show.
func TestAnAlertOfOrdinaryLengthIsWhole(t *testing.T) {
	for name, text := range documents(t) {
		if name == "hostile" {
			continue
		}
		for i, form := range slack.Render(slack.Decode(text)).Forms {
			if got := written(t, form); strings.Contains(got, " bytes]") {
				t.Errorf("%s: form %d is cut:\n%s", name, i, got)
			}
		}
	}
}

// A known product posts 9,049 characters without escaping when somebody names a resource
// so; Slack cuts such a text or notifies the whole channel.
func TestATextOf9049UnescapedCharactersIsCutAndEscaped(t *testing.T) {
	alert := trailStopped()
	alert.Actor.Name = strings.Repeat("<!channel>", 1000)[:9049]
	alert.Description, alert.Error = alert.Actor.Name, alert.Actor.Name
	alert.Evidence = map[string]any{"requestParameters.name": alert.Actor.Name}
	messages, err := alertjson.Renderer{}.Alerts([]detection.Alert{alert})
	if err != nil {
		t.Fatal(err)
	}
	message := slack.Render(slack.Decode(messages[0].Body))
	checkMessage(t, "9,049 characters", message)
	whole := written(t, message.Forms)
	if !strings.Contains(whole, " bytes]") || !strings.Contains(message.Forms[1].Text, "&lt;!channel&gt;") {
		t.Errorf("it is not cut with a mark, or not escaped:\n%s", whole)
	}
}

// The whole record must not decide whether an alert is shown: it can have 240 KB.
func TestALargeRecordMakesNoLargerMessage(t *testing.T) {
	doc := newGenerator(3).document()
	doc["kind"] = "alert"
	small := slack.Render(slack.Decode(body(t, doc)))
	doc["record"] = map[string]any{"x": strings.Repeat("x", 240_000)}
	if !reflect.DeepEqual(small, slack.Render(slack.Decode(body(t, doc)))) {
		t.Error("the record changes the message")
	}
}

// FuzzRender takes any body, and any text in every field.
func FuzzRender(f *testing.F) {
	for i, word := range evil {
		f.Add(word, uint64(i))
	}
	f.Add(`{"kind":"alert","title":"<!here>"}`, uint64(1))
	f.Add(`{"Type":"Notification","TopicArn":"a","Message":"{}"}`, uint64(2))
	f.Fuzz(func(t *testing.T, word string, seed uint64) {
		checkMessage(t, "as a body", slack.Render(slack.Decode(word)))
		g := newGenerator(seed)
		g.pool = []string{word, strings.Repeat(word, 50), "x"}
		text := body(t, g.document())
		if !utf8.ValidString(text) {
			t.Skip("the test's own JSON is not UTF-8")
		}
		checkMessage(t, "in every field", slack.Render(slack.Decode(text)))
	})
}
