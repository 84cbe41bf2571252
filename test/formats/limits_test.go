package formats

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// mention is what some chat takes for more than text, outside the addresses that are ours.
var (
	address = regexp.MustCompile(`https://[A-Za-z0-9./?=&#_%:+,;~-]+`)
	mention = regexp.MustCompile(`[<>@|]|://|\]\(|\]:|&`)
	format  = regexp.MustCompile("[*_~#!]|:[a-z0-9+-]+:|`")
	codes   = regexp.MustCompile("`[^`\n]*`")
)

func checkChat(t testing.TB, n map[string]any) {
	t.Helper()
	content, metadata := n["content"].(map[string]any), n["metadata"].(map[string]any)
	if n["version"] != "1.0" || n["source"] != "custom" || content["textType"] != "client-markdown" {
		t.Errorf("the head is %v %v %v", n["version"], n["source"], content["textType"])
	}
	title, description := content["title"].(string), content["description"].(string)
	if len(title) > 250 || len(description) > 4000 || description == "" {
		t.Errorf("a title of %d bytes, a description of %d", len(title), len(description))
	}
	if strings.Contains(title, "\n") {
		t.Errorf("a title of several lines: %q", title)
	}
	harmless(t, title)
	harmless(t, metadata["summary"].(string))
	var links []string
	for _, line := range strings.Split(description, "\n") {
		for _, label := range []string{"- Our runbook: ", "- See the event (through the access portal): ", "- See the event (sign in to the account above first): ", "- See what it was done to: ", "- Read more: "} {
			if link, ok := strings.CutPrefix(line, label); ok {
				links, line = append(links, link), label
			}
		}
		harmless(t, line)
	}
	for _, link := range links {
		if !address.MatchString(link) || address.FindString(link) != link {
			t.Errorf("a link that is no plain address: %q", link)
		}
	}
	words, _ := metadata["additionalContext"].(map[string]any)
	for _, w := range words {
		inert(t, w.(string))
	}
	for _, list := range []any{content["nextSteps"], content["keywords"], metadata["relatedResources"]} {
		items, _ := list.([]any)
		if len(items) > 10 {
			t.Errorf("a list of %d", len(items))
		}
		for _, item := range items {
			inert(t, item.(string))
			if len(item.(string)) > 500 || item == "" {
				t.Errorf("an item of %d bytes", len(item.(string)))
			}
		}
	}
	steps, _ := content["nextSteps"].([]any)
	for _, step := range steps {
		harmless(t, step.(string))
	}
	if id, _ := metadata["threadId"].(string); len(id) > 100 {
		t.Errorf("a thread of %d bytes", len(id))
	}
}

// inert says whether a line mentions nobody and links nowhere in any chat.
func inert(t testing.TB, line string) {
	t.Helper()
	if found := mention.FindString(line); found != "" {
		t.Errorf("%q in %q", found, line)
	}
}

// harmless says whether a line does nothing at all in any chat.
func harmless(t testing.TB, line string) {
	t.Helper()
	inert(t, line)
	if found := format.FindString(codes.ReplaceAllString(line, "")); found != "" {
		t.Errorf("%q in %q, outside of code", found, line)
	}
}

// limits are the lengths of AwsSecurityFinding and its parts in the API reference.
var limits = map[string]int{
	"Title": 256, "Description": 1024, "Id": 512, "GeneratorId": 512, "ProductArn": 2048, "ProductName": 128, "CompanyName": 128,
}

func checkASFF(t testing.TB, request map[string]any) {
	t.Helper()
	findings, _ := request["Findings"].([]any)
	if len(request) != 1 || len(findings) == 0 || len(findings) > 100 {
		t.Fatalf("%d fields, %d findings", len(request), len(findings))
	}
	for _, item := range findings {
		f := item.(map[string]any)
		for name, limit := range limits {
			within(t, name, f[name], limit)
		}
		for _, name := range []string{"CreatedAt", "UpdatedAt", "FirstObservedAt", "LastObservedAt"} {
			if _, err := time.Parse("2006-01-02T15:04:05.000Z", f[name].(string)); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if f["UpdatedAt"].(string) < f["CreatedAt"].(string) {
			t.Errorf("updated %v before it was created %v", f["UpdatedAt"], f["CreatedAt"])
		}
		fields, _ := f["ProductFields"].(map[string]any)
		if len(fields) > 50 {
			t.Errorf("%d product fields", len(fields))
		}
		for key, value := range fields {
			within(t, "product field", key, 128)
			within(t, key, value, 2048)
		}
		checkASFFParts(t, f)
	}
}

func checkASFFParts(t testing.TB, f map[string]any) {
	t.Helper()
	if !regexp.MustCompile(`^\d{12}$`).MatchString(f["AwsAccountId"].(string)) {
		t.Errorf("account %v", f["AwsAccountId"])
	}
	resources := f["Resources"].([]any)
	if len(resources) == 0 || len(resources) > 32 {
		t.Errorf("%d resources", len(resources))
	}
	for _, r := range resources {
		within(t, "resource", r.(map[string]any)["Id"], 512)
		within(t, "resource type", r.(map[string]any)["Type"], 256)
		if region, there := r.(map[string]any)["Region"]; there {
			within(t, "region", region, 16)
		}
	}
	types := f["Types"].([]any)
	if len(types) == 0 || len(types) > 50 {
		t.Errorf("%d types", len(types))
	}
	for _, kind := range types {
		if !regexp.MustCompile(`^(TTPs|Effects|Software and Configuration Checks)(/[^/]+){0,2}$`).MatchString(kind.(string)) {
			t.Errorf("type %q", kind)
		}
	}
	if r, there := f["Remediation"]; there {
		within(t, "advice", r.(map[string]any)["Recommendation"].(map[string]any)["Text"], 512)
	}
	if a, there := f["Action"]; there {
		call := a.(map[string]any)["AwsApiCallAction"].(map[string]any)
		within(t, "call", call["Api"], 128)
		if service, there := call["ServiceName"]; there {
			within(t, "service", service, 128)
		}
	}
	label := f["Severity"].(map[string]any)["Label"].(string)
	if !strings.Contains(" INFORMATIONAL LOW MEDIUM HIGH CRITICAL ", " "+label+" ") {
		t.Errorf("severity %q", label)
	}
}

// within checks what Security Hub asks of each text: not blank, and not too long.
func within(t testing.TB, name string, value any, limit int) {
	t.Helper()
	text, isText := value.(string)
	if !isText || strings.TrimSpace(text) == "" || utf8.RuneCountInString(text) > limit {
		t.Errorf("%s is %T of %d characters, %d are allowed: %.60q", name, value, utf8.RuneCountInString(text), limit, text)
	}
}

// checkOCSF checks what the schema can't say. Everything else is test_formats.py's.
func checkOCSF(t testing.TB, f map[string]any) {
	t.Helper()
	activity := f["activity_id"].(float64)
	if f["class_uid"] != 2004.0 || f["type_uid"] != 200400+activity || f["category_uid"] != 2.0 {
		t.Errorf("class %v, type %v, activity %v", f["class_uid"], f["type_uid"], activity)
	}
	if info := f["finding_info"].(map[string]any); info["uid"] == "" {
		t.Error("a finding without uid")
	}
	if s := f["severity_id"].(float64); s < 0 || s > 5 {
		t.Errorf("severity %v", s)
	}
	if raw, _ := f["raw_data"].(string); len(raw) > 65_000 {
		t.Errorf("%d bytes of raw_data", len(raw))
	}
	evidences, _ := f["evidences"].([]any)
	for _, e := range evidences {
		if from, ok := e.(map[string]any)["src_endpoint"].(map[string]any); ok && from["ip"] != nil {
			if _, err := netip.ParseAddr(fmt.Sprint(from["ip"])); err != nil {
				t.Errorf("address %v: %v", from["ip"], err)
			}
		}
	}
}
