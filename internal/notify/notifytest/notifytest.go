// Package notifytest makes alerts, problems and follow-ups of whatever could stand in
// them, for the tests of renderers. It knows no renderer and checks nothing.
package notifytest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// Hostile are texts that would do harm where they are shown as they are: in mail, on a
// terminal, in JSON, in Markdown, in chats. They are short.
var Hostile = []string{
	"\nOutcome: succeeded", "\r\nBcc: mallory@example.com", "\rWho: nobody", "\u2028EVIL", "\u2029EVIL", "\u0085EVIL", "\vEVIL", "\fEVIL",
	"https://login.example.net/", "HTTP://LOGIN.EXAMPLE.NET", "://", ":", "//", ".", "www.example.net", "evil.example.net/x", "@",
	"\x1b[2J\x1b]0;ok\a", "\u0080\u009b31m\u009f", "\u202ella", "\u200b\u3164", "\U000E0041", "\x00", "\x1f", "\x7f", "\xff\xfe",
	"\\u{000A}", "\\", "\"", "[+5 bytes]", "\ufffd", "%s%d%!", "\t\b", " ", "  ",
	"<!channel>", "@here", "@octocat", "#123", "GH-1", "octocat/hello#2", "<b onload=x>", "<!--", "-->", "&amp;", "<>&",
	"`", "```", "~~~", "|", "*", "_", "# ", "- ", "1. ", "> ", "![x](https://example.net/x.png)", "[x](https://example.net)", "\n\n```\n@octocat",
	"é東👍", "alice", "plain text", "123456789012", "arn:aws:iam::123456789012:user/alice", "6dcb09b5b57875f334f61aebed695e2e4193db5e",
}

// Links are addresses that rules and trailbell itself give. Those of a generated alert
// are among them.
var Links = []string{
	"https://eu-central-1.console.aws.amazon.com/cloudtrailv2/home?region=eu-central-1#/events/6c5583e8-8d1f-4083-97fc-fa7457c87e5d",
	"https://d-1234567890.awsapps.com/start/#/console?account_id=123456789012&role_name=ReadOnlyAccess&destination=https%3A%2F%2Feu-central-1.console.aws.amazon.com%2F",
	"https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1#/roles/details/deploy",
	"https://wiki.example.com/runbooks/cloudtrail.trail_stopped_or_deleted",
	"https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-tasks.html",
}

// linkNames are the names of the links above.
var linkNames = []string{"console", "portal", "resource", "runbook", "reference"}

// A Generator fills values, the same for the same seed. It is not safe for concurrent use.
type Generator struct {
	*rand.Rand
	// All says that every field is filled; else one of four stays empty.
	All   bool
	words []string
	pool  []string // if any, what texts are taken from, as they are
}

// New is a generator of texts of one to four of the words.
func New(seed uint64, words []string) *Generator {
	return &Generator{Rand: rand.New(rand.NewPCG(seed, 23)), All: seed%5 == 0, words: words}
}

// Long is a generator that fills every field with a text of about so many bytes: a word
// again and again, or three words by turns. The texts are few, and shared.
func Long(seed uint64, length int, words ...string) *Generator {
	g := New(seed, words)
	g.All = true
	words = slices.DeleteFunc(slices.Clone(words), func(word string) bool { return word == "" })
	for i := range len(words) + 5 {
		once := ""
		if i < len(words) {
			once = words[i]
		} else {
			for range 3 {
				once += words[g.IntN(len(words))]
			}
		}
		g.pool = append(g.pool, strings.Repeat(once, length/len(once)+1))
	}
	return g
}

// Alert is any alert; it has a severity.
func (g *Generator) Alert() detection.Alert {
	a := detection.Alert{Severity: detection.Low}
	g.fill(reflect.ValueOf(&a).Elem())
	return a
}

// Alerts are one to three alerts, at times 40 times over.
func (g *Generator) Alerts() []detection.Alert {
	var alerts []detection.Alert
	for range g.IntN(3) + 1 {
		alerts = append(alerts, g.Alert())
	}
	if g.IntN(20) == 0 || len(g.pool) > 0 {
		alerts = slices.Repeat(alerts, 40)
	}
	return alerts
}

// Problem is any problem; it has a severity.
func (g *Generator) Problem() detection.Problem {
	p := detection.Problem{Severity: detection.High}
	g.fill(reflect.ValueOf(&p).Elem())
	return p
}

// RollUp is any follow-up; it has a severity and a count.
func (g *Generator) RollUp() detection.RollUp {
	r := detection.RollUp{Severity: detection.Medium, Count: 1}
	g.fill(reflect.ValueOf(&r).Elem())
	return r
}

// Text is any text.
func (g *Generator) Text() string {
	if len(g.pool) > 0 {
		return g.pool[g.IntN(len(g.pool))]
	}
	var b strings.Builder
	for range g.IntN(4) + 1 {
		b.WriteString(g.words[g.IntN(len(g.words))])
	}
	return b.String()
}

// JSON is any JSON value, as it is when decoded, with texts of the given kind.
func JSON(r *rand.Rand, depth int, text func() string) any {
	switch kind := r.IntN(8); {
	case kind == 0:
		return nil
	case kind == 1:
		return r.IntN(2) == 0
	case kind == 2:
		return json.Number(fmt.Sprint(r.IntN(1000)))
	case kind == 3 && depth > 0:
		return []any{JSON(r, depth-1, text), JSON(r, depth-1, text)}
	case kind == 4 && depth > 0:
		return map[string]any{text(): JSON(r, depth-1, text), "b": JSON(r, depth-1, text)}
	}
	return text()
}

// fill sets the fields of a struct, each or some of them, whatever fields it has.
func (g *Generator) fill(v reflect.Value) {
	for i := range v.NumField() {
		if field := v.Field(i); g.All || g.IntN(4) > 0 {
			g.set(field)
		}
	}
}

func (g *Generator) set(field reflect.Value) {
	items := g.items()
	switch value := field.Addr().Interface().(type) {
	case *detection.Severity:
		*value = detection.Severities()[g.IntN(5)]
	case *detection.ActorKind:
		*value = append(Kinds(), "")[g.IntN(len(Kinds())+1)]
	case *detection.Credentials:
		*value = []detection.Credentials{"", detection.CredentialsLongLived, detection.CredentialsTemporary, detection.CredentialsUnknown}[g.IntN(4)]
	case *cloudtrail.MFA:
		*value = []cloudtrail.MFA{"", cloudtrail.MFAYes, cloudtrail.MFANo, cloudtrail.MFAUnknown}[g.IntN(4)]
	case *time.Time:
		*value = time.Unix(g.Int64N(1<<32), 0).In(time.FixedZone("x", g.IntN(80000)-40000))
	case *map[string]string:
		*value = g.links(items)
	case *map[string]any:
		*value = g.object(items)
	case **detection.Excerpt: // for the log only
		*value = &detection.Excerpt{Begin: []byte(g.Text()), SHA256: g.Text()}
	default:
		g.setKind(field, items)
	}
}

// items is how many a list has.
func (g *Generator) items() int {
	if n := g.IntN(5); g.IntN(20) > 0 && len(g.pool) == 0 {
		return n
	}
	return 40
}

func (g *Generator) links(items int) map[string]string {
	links := map[string]string{}
	for i := range items {
		links[g.key(i)] = g.Text()
	}
	for i, name := range linkNames {
		if g.All || g.IntN(4) > 0 {
			links[name] = Links[i]
		}
	}
	return links
}

// object has few members where texts are long: some of these are a megabyte each.
func (g *Generator) object(items int) map[string]any {
	depth := 3
	if len(g.pool) > 0 && len(g.pool[0]) > 1000 {
		items, depth = 2, 0
	}
	object := map[string]any{}
	for i := range items {
		object[g.key(i)] = JSON(g.Rand, depth, g.Text)
	}
	return object
}

// key is a text that is no other key of the object, also where odd bytes are replaced.
func (g *Generator) key(i int) string { return fmt.Sprintf("%s %d", g.Text(), i) }

func (g *Generator) setKind(field reflect.Value, items int) {
	switch field.Kind() {
	case reflect.String:
		field.SetString(g.Text())
	case reflect.Bool:
		field.SetBool(g.IntN(2) == 0)
	case reflect.Int:
		field.SetInt(g.Int64N(1<<20) + 1)
	case reflect.Slice:
		field.Set(reflect.MakeSlice(field.Type(), items, items))
		for i := range items {
			field.Index(i).SetString(g.Text())
		}
	case reflect.Struct:
		g.fill(field)
	default:
		panic(fmt.Sprintf("a field of type %s: say how to fill it", field.Type()))
	}
}

// Kinds are the kinds of actor that alerts tell apart.
func Kinds() []detection.ActorKind {
	return []detection.ActorKind{
		detection.ActorRoot, detection.ActorRootSession, detection.ActorIAMUser, detection.ActorRoleSession,
		detection.ActorIdentityCenterUser, detection.ActorRole, detection.ActorFederatedUser, detection.ActorDirectoryUser,
		detection.ActorSAMLUser, detection.ActorWebIdentityUser, detection.ActorAccount, detection.ActorService,
		detection.ActorUnknown, detection.ActorNone,
	}
}

// Cases is how many cases of a property are tried: a twentieth of them with -short.
func Cases(n uint64) uint64 {
	if testing.Short() {
		return n / 20
	}
	return n
}
