package enrich

import (
	"regexp"
	"strings"

	"trailbell/internal/cloudtrail"
)

// A page of the console shows one kind of resource.
type page struct {
	source string // the service that was called
	at     string // the field of the request that names the resource
	form   *regexp.Regexp
	// path and place are the page's address: the name stands behind the place, or behind
	// the path where there is none.
	path, place string
}

// The forms are those of the services' API references, or narrower.
var (
	iamNameForm   = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	trailForm     = regexp.MustCompile(`^arn:aws(-[a-z]+)*:cloudtrail:[a-z0-9-]+:\d{12}:trail/[A-Za-z0-9._-]{3,128}$`)
	trailNameForm = regexp.MustCompile(`^[A-Za-z0-9._-]{3,128}$`)
	bucketForm    = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	functionForm  = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	instanceForm  = regexp.MustCompile(`^i-[0-9a-f]{8,17}$`)
)

// pages are the pages whose addresses are known well, the most particular first.
var pages = []page{
	{"iam.amazonaws.com", "roleName", iamNameForm, "/iam/home", "#/roles/details/"},
	{"iam.amazonaws.com", "userName", iamNameForm, "/iam/home", "#/users/details/"},
	{"cloudtrail.amazonaws.com", "name", trailForm, "/cloudtrailv2/home", "#/trails/"},
	{"s3.amazonaws.com", "bucketName", bucketForm, "/s3/buckets/", ""},
	{"lambda.amazonaws.com", "functionName", functionForm, "/lambda/home", "#/functions/"},
	{"ec2.amazonaws.com", "instanceId", instanceForm, "/ec2/home", "#InstanceDetails:instanceId="},
}

// resourceLink is what the call was about, and empty where that is not sure: nothing is
// guessed from a name that looks odd, of several instances none is chosen, and what was
// deleted has no page.
func resourceLink(rec cloudtrail.Record) string {
	if strings.HasPrefix(rec.EventName(), "Delete") && !rec.Failed() {
		return ""
	}
	for _, p := range pages {
		if p.source != rec.EventSource() {
			continue
		}
		if name := p.name(rec); name != "" {
			return p.link(rec.Region(), name)
		}
	}
	return ""
}

func (p page) name(rec cloudtrail.Record) string {
	name := rec.String("requestParameters", p.at)
	switch p.at {
	case "name":
		name = trailARN(rec, name)
	case "instanceId":
		name = onlyInstance(rec, name)
	}
	return name
}

func (p page) link(region, name string) string {
	switch {
	case !p.form.MatchString(name):
		return ""
	case p.place == "":
		return consolePage(region, p.path+name, "")
	}
	return consolePage(region, p.path, p.place+name)
}

// trailARN makes an ARN of a trail's name: a call may use the name alone in the trail's
// own account and region only.
func trailARN(rec cloudtrail.Record, name string) string {
	if !trailNameForm.MatchString(name) || !accountForm.MatchString(rec.Account()) {
		return name
	}
	partition := "aws"
	for prefix, other := range map[string]string{"us-gov-": "aws-us-gov", "cn-": "aws-cn"} {
		if strings.HasPrefix(rec.Region(), prefix) {
			partition = other
		}
	}
	return "arn:" + partition + ":cloudtrail:" + rec.Region() + ":" + rec.Account() + ":trail/" + name
}

// onlyInstance is the instance of a call that may name several.
func onlyInstance(rec cloudtrail.Record, name string) string {
	value, _ := rec.Lookup("requestParameters", "instancesSet", "items")
	items, _ := value.([]any)
	if name != "" || len(items) != 1 {
		return name
	}
	item, _ := items[0].(map[string]any)
	id, _ := item["instanceId"].(string)
	return id
}
