package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"trailbell/internal/notify"
	"trailbell/internal/notify/alertjson"
	"trailbell/internal/notify/asff"
	"trailbell/internal/notify/ocsf"
	"trailbell/internal/notify/text"
)

const document = "docs/alerts.md"

// part finds what is generated in the document.
var part = regexp.MustCompile(`(?s)(<!-- generated: (\w+) -->\n).*?(<!-- end of generated -->)`)

// filled is the document with its parts as they are now. One that is not known is an error.
func filled(document []byte, s scenes, all []page) ([]byte, error) {
	parts, err := parts(s, all)
	if err != nil {
		return nil, err
	}
	var unknown error
	found := map[string]bool{}
	out := part.ReplaceAllFunc(document, func(old []byte) []byte {
		m := part.FindSubmatch(old)
		name := string(m[2])
		found[name] = true
		if parts[name] == "" {
			unknown = fmt.Errorf("the document asks for a part %q, which there is not", name)
		}
		return slices.Concat(m[1], []byte(parts[name]), m[3])
	})
	for name := range parts {
		if !found[name] {
			return nil, fmt.Errorf("the document has no part %q", name)
		}
	}
	return out, unknown
}

func renewDocument(root string, s scenes, all []page) error {
	name := filepath.Join(root, document)
	old, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read the document: %w", err)
	}
	now, err := filled(old, s, all)
	if err != nil {
		return err
	}
	if err := os.WriteFile(name, now, 0o600); err != nil {
		return fmt.Errorf("write the document: %w", err)
	}
	return nil
}

// parts are what is generated, by name: the subjects of mails, the pictures of each place,
// and an alert in each form for machines.
func parts(s scenes, all []page) (map[string]string, error) {
	now := func() time.Time { return time.Date(2025, 7, 11, 13, 37, 12, 0, time.UTC) }
	d := drawer{}
	found := map[string]string{
		"subjects": d.subjects(s),
		"json":     d.shown(d.first(alertjson.Renderer{}, s.alert), "record"),
		"ocsf":     d.shown(d.first(ocsf.Renderer{Now: now}, s.alert), "raw_data", "unmapped", "evidences", "observables", "metadata", "remediation"),
	}
	var request struct{ Findings []json.RawMessage }
	d.fail(json.Unmarshal([]byte(d.first(asff.Renderer{Now: now}, s.alert)), &request))
	for _, f := range request.Findings {
		found["asff"] = d.shown(string(f), "ProductFields", "Resources")
	}
	for _, p := range all {
		place, kind, _ := strings.Cut(p.name, "-")
		if kind == "hostile" {
			place = kind
		}
		found[place] += fmt.Sprintf("<img src=\"pictures/%s.png\" width=\"%d\" alt=\"%s\">\n", p.name, p.width, p.says)
	}
	return found, d.err
}

// first is the body of a scene's first message.
func (d *drawer) first(r notify.Renderer, s scene) string { return d.messages(r, s)[0].Body }

func (d *drawer) subjects(s scenes) string {
	var b strings.Builder
	b.WriteString("```\n")
	for _, one := range []scene{s.alert, s.several, s.again, s.problem, s.test} {
		messages := d.messages(text.Renderer{}, one)
		b.WriteString(messages[len(messages)-1].Subject + "\n")
	}
	b.WriteString("```\n")
	return b.String()
}

// shown is a JSON object on many lines, in its own order, without some of its members.
func (d *drawer) shown(body string, without ...string) string {
	decoder := json.NewDecoder(strings.NewReader(body))
	_, err := decoder.Token()
	d.fail(err)
	var members []string
	for err == nil && decoder.More() {
		var key json.Token
		var value json.RawMessage
		if key, err = decoder.Token(); err == nil {
			err = decoder.Decode(&value)
		}
		d.fail(err)
		if name, _ := key.(string); !slices.Contains(without, name) {
			members = append(members, fmt.Sprintf("%q:%s", name, value))
		}
	}
	var b bytes.Buffer
	d.fail(json.Indent(&b, []byte("{"+strings.Join(members, ",")+"}"), "", "  "))
	return "```json\n" + b.String() + "\n```\n"
}
