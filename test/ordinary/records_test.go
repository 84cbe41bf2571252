package ordinary

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

// A call is one record of a job.
type call struct {
	source, name string
	read         bool
	params       string // JSON; {i} is the number of the run and {v} one of a few
	response     string
	also         string // further members
	data         string // the kind of resource, for data events
	failed       string // errorCode
	event        string // eventType, where it is not AwsApiCall
	region       string // where it is not the job's
}

// read and write are calls of a service that worked.
func read(source, name string) call { return call{source: source, name: name, read: true} }

func write(source, name, params string) call {
	return call{source: source, name: name, params: params}
}

// A job is something that happens again and again in a week.
type job struct {
	name     string
	who      actor
	accounts []string
	calls    []call
	// often is how many times a day; on days is which of them, Monday first, where not
	// all; between which hours, where not all.
	often    int
	on       []int
	from, to int
	region   string
}

// A made record, with when it was.
type made struct {
	at   time.Time
	text string
}

// A calendar makes records of jobs, always the same.
type calendar struct {
	*rand.Rand
	records []made
	n       int
}

// week writes down a week of the jobs from its Monday on. Thin is a week of which little
// is kept: each job's first run of the week.
func (c *calendar) week(jobs []job, monday time.Time, thin bool) {
	for _, j := range jobs {
		done := map[string]bool{}
		for day := range 7 {
			if len(j.on) > 0 && !slices.Contains(j.on, day) {
				continue
			}
			for i := range j.often {
				account := j.accounts[i%len(j.accounts)]
				if thin && done[account] {
					continue
				}
				done[account] = true
				c.run(j, account, c.moment(j, monday.AddDate(0, 0, day), i), i)
			}
		}
	}
}

// moment is when a job runs for the i-th time on a day: spread over its hours.
func (c *calendar) moment(j job, day time.Time, i int) time.Time {
	from, to := j.from, cmp.Or(j.to, 24)
	span := time.Duration(to-from) * time.Hour
	step := span / time.Duration(j.often)
	return day.Add(time.Duration(from)*time.Hour + step*time.Duration(i) + time.Duration(c.Int64N(int64(max(step, time.Second))))).Truncate(time.Second)
}

func (c *calendar) run(j job, account string, at time.Time, i int) {
	for _, call := range j.calls {
		c.n++
		replace := strings.NewReplacer("{i}", fmt.Sprint(c.n), "{v}", fmt.Sprint(i%5), "{account}", account)
		c.records = append(c.records, made{at, replace.Replace(c.record(j, call, account, at))})
		at = at.Add(time.Duration(1+c.IntN(4)) * time.Second)
	}
}

// record is one in CloudTrail's shape.
func (c *calendar) record(j job, call call, account string, at time.Time) string {
	category, management, more := "Management", true, call.also
	if call.data != "" {
		category, management = "Data", false
		more += fmt.Sprintf(`,"resources":[{"accountId":%q,"type":%q,"ARN":"arn:aws:s3:::example"}]`, account, call.data)
	}
	if call.failed != "" {
		more += fmt.Sprintf(`,"errorCode":%q,"errorMessage":"Not this time"`, call.failed)
	}
	if j.who.console {
		more += `,"sessionCredentialFromConsole":"true"`
	}
	params, response := cmp.Or(call.params, "null"), cmp.Or(call.response, "null")
	if call.failed != "" && !call.read {
		response = "null"
	}
	return fmt.Sprintf(`{"eventVersion":"1.11","userIdentity":%s,"eventTime":%q,"eventSource":%q,"eventName":%q,"awsRegion":%q,"sourceIPAddress":%q,"userAgent":%q,`+
		`"requestParameters":%s,"responseElements":%s,"requestID":"00000000-0000-4000-a000-%012d","eventID":"00000000-0000-4000-8000-%012d","readOnly":%t,"eventType":%q,`+
		`"managementEvent":%t,"recipientAccountId":%q,"eventCategory":%q%s,"tlsDetails":{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":%q}}`,
		j.who.identity(account, c.n), at.UTC().Format(time.RFC3339), call.source, call.name, cmp.Or(call.region, j.region, frankfurt), j.who.address, j.who.agent,
		params, response, c.n, c.n, call.read, cmp.Or(call.event, "AwsApiCall"), management, account, category, more, call.source)
}
