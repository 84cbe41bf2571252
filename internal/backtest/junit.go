package backtest

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

type junitSuites struct {
	XMLName xml.Name     `xml:"testsuites"`
	Suites  []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Time     string      `xml:"time,attr,omitempty"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Failure *junitResult `xml:"failure,omitempty"`
	Error   *junitResult `xml:"error,omitempty"`
	Out     string       `xml:"system-out,omitempty"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// JUnit writes the report for a build: a case for each rule that found anything, which
// fails where there was an alert, and one for the reading, which is an error where there
// were problems.
func JUnit(w io.Writer, r Report) error {
	suite := junitSuite{Name: "trailbell backtest"}
	if r.Seconds != nil {
		suite.Time = fmt.Sprintf("%.3f", *r.Seconds)
	}
	reading := junitCase{Class: "trailbell", Name: "reading", Out: r.headline()}
	if why := r.unread(); len(why) > 0 {
		reading.Error = &junitResult{Message: why[0], Text: strings.Join(why, "\n")}
		suite.Errors++
	}
	suite.Cases = append(suite.Cases, reading)
	for _, id := range r.ids() {
		rule := r.Rules[id]
		c := junitCase{Class: "trailbell.rules", Name: id, Out: "withheld: " + reasons(rule.Withheld)}
		if rule.Alerts > 0 {
			c.Failure = &junitResult{Message: fmt.Sprintf("%s, up to %s", plural(rule.Alerts, "alert"), rule.Worst), Text: visible(rule.Title)}
			suite.Failures++
		}
		suite.Cases = append(suite.Cases, c)
	}
	suite.Tests = len(suite.Cases)
	text, err := xml.MarshalIndent(junitSuites{Suites: []junitSuite{suite}}, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
	return err
}

// unread says what could not be read, and empty where all was.
func (r *Report) unread() []string {
	var why []string
	if !r.Complete {
		why = append(why, "stopped early")
	}
	if r.Problems > 0 {
		why = append(why, plural(r.Problems, "problem"))
	}
	for _, d := range r.Damage {
		why = append(why, fmt.Sprintf("%s: %s: %s", visible(d.Where), visible(d.What), visible(d.Why)))
	}
	return why
}
