package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"trailbell/internal/notify/later"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

const chatTopic = "arn:aws:sns:us-east-1:123456789012:chat"

// cloud is a stand-in for SNS, SQS, Security Hub and Organizations at one address.
type cloud struct {
	*topics
	mu       sync.Mutex
	hub      string              // what becomes of imports: "" taken, "down", "hangs", "refuses"
	noQueue  bool                // SQS refuses
	accounts string              // what becomes of questions: "" answered, "down", "hangs"
	asked    map[string]int      // calls by what they were
	findings map[string][]string // titles by id, an import each
	product  string              // of the last finding
	queue    []string            // bodies that were put in
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	switch {
	case r.URL.Path == "/findings/import":
		c.importFindings(w, r)
	case target == "AmazonSQS.SendMessage":
		c.sendMessage(w, r)
	case target == "AWSOrganizationsV20161128.DescribeAccount":
		c.describeAccount(w, r)
	default:
		c.topics.ServeHTTP(w, r)
	}
}

// count counts a call, and says what becomes of it.
func (c *cloud) count(call string, mood *string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked[call]++
	return *mood
}

func (c *cloud) importFindings(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Findings []struct{ Id, Title, ProductArn string }
	} //nolint:revive // AWS's names
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	switch c.count("import", &c.hub) {
	case "down":
		w.Header().Set("X-Amzn-ErrorType", "InvalidAccessException")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"Message":"Account 123456789012 is not subscribed to AWS Security Hub"}`)
	case "hangs":
		<-r.Context().Done()
	case "refuses":
		fmt.Fprintf(w, `{"FailedCount":1,"SuccessCount":%d,"FailedFindings":[{"Id":%q,"ErrorCode":"InvalidInput","ErrorMessage":"no"}]}`, len(in.Findings)-1, in.Findings[0].Id)
	default:
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, f := range in.Findings {
			c.findings[f.Id] = append(c.findings[f.Id], f.Title)
			c.product = f.ProductArn
		}
		fmt.Fprintf(w, `{"FailedCount":0,"SuccessCount":%d,"FailedFindings":[]}`, len(in.Findings))
	}
}

func (c *cloud) sendMessage(w http.ResponseWriter, r *http.Request) {
	var in struct{ MessageBody string }
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || c.noQueue {
		w.Header().Set("X-Amzn-ErrorType", "QueueDoesNotExist")
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.queue = append(c.queue, in.MessageBody)
	fmt.Fprint(w, `{"MessageId":"1"}`)
}

func (c *cloud) describeAccount(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	switch c.count("account", &c.accounts) {
	case "down":
		w.Header().Set("X-Amzn-ErrorType", "AccessDeniedException")
		w.WriteHeader(http.StatusBadRequest)
	case "hangs":
		<-r.Context().Done()
	default:
		fmt.Fprint(w, `{"Account":{"Id":"123456789012","Name":"payments-prod"}}`)
	}
}

// startOptional makes the function with what the environment switches on, a store in
// memory, and the stand-in.
func startOptional(t *testing.T, more map[string]string) (*detector, *cloud) {
	t.Helper()
	c := &cloud{topics: &topics{published: map[string][]url.Values{}}, asked: map[string]int{}, findings: map[string][]string{}}
	d := startAt(t, c, more)
	d.pipeline.Suppressor = suppress.New(suppress.Options{Store: memory.New(), Timer: c.topics})
	return d, c
}

var everything = map[string]string{"TRAILBELL_CHAT_TOPIC_ARN": chatTopic, "TRAILBELL_SECURITY_HUB": "on"}

// times is how often the call was made, or any call. A call that hangs may be there still.
func (c *cloud) times(call string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for made, times := range c.asked {
		if call == "" || made == call {
			n += times
		}
	}
	return n
}

// sent is how many messages each topic got: text, JSON, chat.
func (c *cloud) sent() [3]int {
	return [3]int{len(c.published[alertTopic]), len(c.published[alertEventTopic]), len(c.published[chatTopic])}
}

// comeBack hands what lies in the queue to the function, and returns what must stay there.
func (c *cloud) comeBack(t *testing.T, d *detector) string {
	t.Helper()
	waiting := c.queue
	c.queue = nil
	got, err := d.handle(t.Context(), queued(waiting...))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func (c *cloud) handle(t *testing.T, d *detector, name string) {
	t.Helper()
	if _, err := d.handle(t.Context(), sample(t, name)); err != nil {
		t.Fatal(err)
	}
}

func TestNobodyElseIsAskedUnlessItIsSwitchedOn(t *testing.T) {
	d, c := startOptional(t, map[string]string{"TRAILBELL_SECURITY_HUB": "off", "TRAILBELL_ACCOUNT_LOOKUP": "off"})
	c.handle(t, d, "cloudtrail-trail-stopped.json")
	if c.sent() != [3]int{1, 1, 0} || c.times("") > 0 || len(c.queue) > 0 {
		t.Errorf("published %v, asked %v, queue %v", c.sent(), c.times(""), c.queue)
	}
}

func TestAlertsProblemsAndFollowUpsReachTheChatTopicAndSecurityHub(t *testing.T) {
	d, c := startOptional(t, everything)
	c.handle(t, d, "cloudtrail-trail-stopped.json")
	again := strings.Replace(string(sample(t, "cloudtrail-trail-stopped.json")), `"eventID": "`, `"eventID": "0`, 1)
	for _, payload := range []string{again, `"no record"`} {
		if _, err := d.handle(t.Context(), json.RawMessage(payload)); err != nil {
			t.Fatal(err)
		}
	}
	for _, flush := range c.flushes {
		if _, err := d.pipeline.Flush(t.Context(), flush); err != nil {
			t.Fatal(err)
		}
	}
	var titles []string
	for _, message := range c.published[chatTopic] {
		var n struct {
			Version, Source string
			Content         struct{ Title string }
		}
		if err := json.Unmarshal([]byte(message.Get("Message")), &n); err != nil || n.Version != "1.0" || n.Source != "custom" {
			t.Errorf("%v: %s", err, message.Get("Message"))
		}
		titles = append(titles, strings.Fields(n.Content.Title)[0])
	}
	if want := []string{"CRITICAL:", "PROBLEM", "AGAIN"}; !slices.Equal(titles, want) {
		t.Errorf("in the chat: %q, want %q", titles, want)
	}
	if len(c.findings) != 3 || c.product != "arn:aws:securityhub:us-east-1:123456789012:product/123456789012/default" {
		t.Errorf("findings %v of %s", c.findings, c.product)
	}
}

func TestAHeartbeatIsNoNotificationAndNoFinding(t *testing.T) {
	d, c := startOptional(t, everything)
	if _, err := d.handle(t.Context(), json.RawMessage(`{"trailbell":"heartbeat"}`)); err != nil {
		t.Fatal(err)
	}
	if c.sent() != [3]int{0, 1, 0} || c.times("") > 0 {
		t.Errorf("published %v, asked %v", c.sent(), c.times(""))
	}
}

func TestWhatSecurityHubDoesNotTakeComesAgainForItAlone(t *testing.T) {
	for _, mood := range []string{"down", "refuses", "hangs"} {
		t.Run(mood, func(t *testing.T) {
			d, c := startOptional(t, everything)
			c.hub = mood
			began := time.Now()
			c.handle(t, d, "cloudtrail-trail-stopped.json")
			if took := time.Since(began); took > 8*time.Second {
				t.Errorf("the function was held up for %s", took)
			}
			if c.sent() != [3]int{1, 1, 1} || len(c.queue) != 1 {
				t.Fatalf("published %v, queue %q", c.sent(), c.queue)
			}
			c.handle(t, d, "cloudtrail-trail-stopped.json")
			if c.sent() != [3]int{1, 1, 1} || len(c.queue) != 1 {
				t.Errorf("the record came again: published %v, queue of %d", c.sent(), len(c.queue))
			}
			waiting := c.queue
			if left := c.comeBack(t, d); left != failures("m1") {
				t.Errorf("while it lasts, answer %s", left)
			}
			c.queue, c.hub = waiting, ""
			tired := d.again["Security Hub"] // one that hung is left alone for a while
			d.again["Security Hub"] = &later.Place{Name: tired.Name, Place: tired.Place, API: tired.API, QueueURL: tired.QueueURL, Log: tired.Log}
			if left := c.comeBack(t, d); left != failures() || len(c.findings) != 1 || c.sent() != [3]int{1, 1, 1} {
				t.Errorf("when it is over, answer %s, findings %v, published %v", left, c.findings, c.sent())
			}
		})
	}
}

// Every record of a batch would wait for it, and the time would not reach.
func TestASecurityHubThatHangsHoldsUpOneRecordAndNotTheNext(t *testing.T) {
	d, c := startOptional(t, everything)
	c.hub = "hangs"
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	got, err := d.handle(ctx, queued(string(sample(t, "cloudtrail-trail-stopped.json")), string(sample(t, "auditmanager-control-deleted.json")), string(sample(t, "iam-user-created.json"))))
	if text, _ := json.Marshal(got); string(text) != failures() || err != nil {
		t.Fatalf("answer %s, %v", text, err)
	}
	if sent := c.sent(); sent[0] != 3 || sent[2] != 3 || c.times("import") != 1 || len(c.queue) < 3 {
		t.Errorf("published %v, %d imports, %d in the queue", sent, c.times("import"), len(c.queue))
	}
}

func TestAChatTopicThatIsGoneKeepsNothingFromTheOthers(t *testing.T) {
	d, c := startOptional(t, everything)
	c.refuse = chatTopic
	for range 3 {
		c.handle(t, d, "cloudtrail-trail-stopped.json")
	}
	if c.sent() != [3]int{1, 1, 0} || len(c.findings) != 1 || len(c.queue) != 1 {
		t.Errorf("published %v, findings %v, queue %q", c.sent(), c.findings, c.queue)
	}
	c.refuse = ""
	if left := c.comeBack(t, d); left != failures() || c.sent() != [3]int{1, 1, 1} {
		t.Fatalf("answer %s, published %v", left, c.sent())
	}
	// Filters need the attributes, and numbers as numbers.
	late := c.published[chatTopic][0]
	for name, want := range map[string]string{"kind": "String alert", "severity": "String critical", "severity_id": "Number 5", "account": "String 123456789012"} {
		if got := attribute(late, name); got != want {
			t.Errorf("attribute %s is %q, want %q", name, got, want)
		}
	}
}

// attribute is the type and value of an attribute as SNS is told them.
func attribute(form url.Values, name string) string {
	for key := range form {
		if i, is := strings.CutSuffix(key, ".Name"); is && form.Get(key) == name {
			return form.Get(i+".Value.DataType") + " " + form.Get(i+".Value.StringValue")
		}
	}
	return ""
}

func TestWhereTheQueueIsGoneTooTheRecordComesAgain(t *testing.T) {
	d, c := startOptional(t, everything)
	c.hub, c.noQueue = "down", true
	_, err := d.handle(t.Context(), sample(t, "cloudtrail-trail-stopped.json"))
	if err == nil || !strings.Contains(err.Error(), "Security Hub") || !strings.Contains(err.Error(), "come again") {
		t.Fatalf("error %v", err)
	}
	c.hub = ""
	c.handle(t, d, "cloudtrail-trail-stopped.json")
	if c.sent() != [3]int{2, 2, 2} || len(c.findings) != 1 {
		t.Errorf("published %v, findings %v: at worst a copy", c.sent(), c.findings)
	}
}

func TestATopicThatRefusesStillDecides(t *testing.T) {
	d, c := startOptional(t, everything)
	c.refuse = alertTopic
	if _, err := d.handle(t.Context(), sample(t, "cloudtrail-trail-stopped.json")); err == nil {
		t.Fatal("no error, and the record does not come again")
	}
	c.refuse = ""
	c.handle(t, d, "cloudtrail-trail-stopped.json")
	if c.sent()[0] != 1 || len(c.findings) != 1 {
		t.Errorf("published %v, findings %v: a copy is the same finding", c.sent(), c.findings)
	}
}

func TestAMessageForAPlaceThatIsSwitchedOffStaysWhereItCanBeSeen(t *testing.T) {
	d, _ := startOptional(t, nil)
	got, err := d.handle(t.Context(), queued(`{"trailbell":"deliver","to":"Security Hub","body":"{}","attributes":"[]"}`))
	if text, _ := json.Marshal(got); string(text) != failures("m1") || err != nil {
		t.Errorf("answer %s, %v", text, err)
	}
}

func TestTheNameOfAnAccountComesFromOrganizationsOrNotAtAll(t *testing.T) {
	for mood, name := range map[string]string{"": "payments-prod", "down": "", "hangs": ""} {
		t.Run("it "+mood, func(t *testing.T) {
			d, c := startOptional(t, map[string]string{"TRAILBELL_ACCOUNT_LOOKUP": "organizations"})
			c.accounts = mood
			began := time.Now()
			c.handle(t, d, "cloudtrail-trail-stopped.json")
			if took := time.Since(began); took > 30*time.Second {
				t.Errorf("the alert waited %s", took)
			}
			var alert struct{ Account struct{ ID, Name string } }
			if err := json.Unmarshal([]byte(c.published[alertEventTopic][0].Get("Message")), &alert); err != nil {
				t.Fatal(err)
			}
			if alert.Account.ID != "123456789012" || alert.Account.Name != name || c.times("account") == 0 {
				t.Errorf("account %+v, want the name %q; asked %v", alert.Account, name, c.times("account"))
			}
		})
	}
}
