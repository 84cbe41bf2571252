package config

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
)

// A Deployment is what rules may know of where they run, as data.deployment. Everything
// is empty where it is not known.
type Deployment struct {
	Stack   string `json:"stack"`
	Account string `json:"account"`
	Region  string `json:"region"`
	// ARNs are trailbell's own resources, by a name such as alert_topic, for rules that
	// watch them.
	ARNs map[string]string `json:"arns"`
}

var (
	stackForm   = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]{0,127}$`)
	accountForm = regexp.MustCompile(`^\d{12}$`)
	regionForm  = regexp.MustCompile(`^[a-z]{2,}(-[a-z]+)+-\d$`)
	nameForm    = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	arnForm     = regexp.MustCompile(`^arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12})?:[\x21-\x7e]+$`)
)

// deployment reads a JSON object of the form of [Deployment].
func (r *reader) deployment(name string) Deployment {
	text := r.getenv(name)
	if text == "" {
		return Deployment{}
	}
	var d Deployment
	if err := decodeStrictly(text, &d); err != nil {
		r.wrong("%s is not the JSON object that it must be: %w", name, err)
		return Deployment{}
	}
	for _, part := range []struct {
		name, value string
		form        *regexp.Regexp
	}{{"stack", d.Stack, stackForm}, {"account", d.Account, accountForm}, {"region", d.Region, regionForm}} {
		if part.value != "" && !part.form.MatchString(part.value) {
			r.wrong("%s is wrong: %s %q is not what AWS calls one", name, part.name, part.value)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(d.ARNs)) {
		if !nameForm.MatchString(key) {
			r.wrong("%s is wrong: arns has the name %q, it must be lower-case letters, digits and _", name, key)
		}
		if !arnForm.MatchString(d.ARNs[key]) {
			r.wrong("%s is wrong: arns.%s is %q, which is not an ARN", name, key, d.ARNs[key])
		}
	}
	return d
}

// decodeStrictly refuses members that nobody knows, and anything behind the value.
func decodeStrictly(text string, into any) error {
	decoder := json.NewDecoder(bytes.NewReader([]byte(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
			return errors.New("it ends too early")
		}
		return err
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("something stands behind it, at byte %d", decoder.InputOffset())
	}
	return nil
}
