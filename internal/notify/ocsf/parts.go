package ocsf

import (
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"

	"trailbell/internal/attack"
	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/notify"
)

// Types of observables, in the schema's numbers.
const (
	observedIP       = 2
	observedUser     = 4
	observedResource = 10
)

func newCloud(region string, a detection.Account) cloud {
	c := cloud{Provider: "AWS", Region: text(region)}
	if a.ID != "" || a.Name != "" {
		c.Account = &account{UID: text(a.ID), Name: text(a.Name), TypeID: 10, Type: "AWS Account"}
	}
	return c
}

func newAPI(a detection.Alert) *api {
	if a.EventName == "" {
		return nil
	}
	call := &api{Operation: text(a.EventName)}
	if a.EventSource != "" {
		call.Service = &named{Name: text(a.EventSource)}
	}
	if a.Failed {
		code, message, _ := strings.Cut(a.Error, ": ")
		call.Response = &response{Error: text(code), Message: text(message)}
	}
	return call
}

// evidences are one artifact: who called what, from where, and the values that the rule
// looked at.
func evidences(a detection.Alert) []evidence {
	e := evidence{Name: "AWS CloudTrail record", Actor: newActor(a.Actor), API: newAPI(a), SrcEndpoint: source(a.Actor.Source)}
	if len(a.Evidence) > 0 {
		e.Data = bounded(a.Evidence)
	}
	if e.Actor == nil && e.API == nil && e.SrcEndpoint == nil && e.Data == nil {
		return nil
	}
	return []evidence{e}
}

// userTypes are OCSF's types of user: 1 a person or role, 2 one who may do everything,
// 4 a service.
var userTypes = map[detection.ActorKind]int{
	detection.ActorRoot: 2, detection.ActorRootSession: 2, detection.ActorService: 4,
	detection.ActorUnknown: 0, detection.ActorNone: 0, "": 0,
}

var userTypeNames = map[int]string{0: "Unknown", 1: "User", 2: "Admin", 4: "Service"}

func newActor(a detection.Actor) *actor {
	var who actor
	if a.Name != "" || a.ARN != "" {
		kind, special := userTypes[a.Kind]
		if !special {
			kind = 1
		}
		who.User = &user{Name: text(a.Name), UID: text(a.ARN), TypeID: kind, Type: userTypeNames[kind]}
		if a.Account != "" {
			who.User.Account = &account{UID: text(a.Account), TypeID: 10, Type: "AWS Account"}
		}
	}
	if s := newSession(a); s != (session{}) {
		who.Session = &s
	}
	who.AppName = text(a.Via)
	if who == (actor{}) {
		return nil
	}
	return &who
}

func newSession(a detection.Actor) session {
	s := session{UID: text(a.Session), Issuer: text(a.Issuer)}
	if a.MFA == cloudtrail.MFAYes || a.MFA == cloudtrail.MFANo {
		used := a.MFA == cloudtrail.MFAYes
		s.IsMFA = &used
	}
	return s
}

// source is where a call came from: an address, or else the name of a service.
func source(from string) *endpoint {
	switch {
	case from == "":
		return nil
	case isAddress(from):
		return &endpoint{IP: from}
	}
	return &endpoint{SvcName: text(from)}
}

// isAddress says whether a text is an address without a zone, which is what the schema
// takes.
func isAddress(from string) bool {
	addr, err := netip.ParseAddr(from)
	return err == nil && addr.Zone() == "" && len(from) <= 40
}

func attacks(techniques []detection.Technique) []mitre {
	var found []mitre
	for _, id := range clip(techniques) {
		known, _ := attack.Lookup(string(id))
		what := &named{UID: text(id), Name: known.Name}
		m := mitre{Version: attack.Version, Technique: what}
		if parent, _, isSub := strings.Cut(string(id), "."); isSub {
			above, _ := attack.Lookup(parent)
			m.Technique, m.SubTechnique = &named{UID: text(parent), Name: above.Name}, what
		}
		if len(known.Tactics) > 0 {
			m.Tactic = &named{Name: tacticName(known.Tactics[0])}
		}
		found = append(found, m)
	}
	return found
}

// tacticName is a tactic as people write it: defense-evasion is Defense Evasion.
func tacticName(tactic string) string {
	words := strings.Split(tactic, "-")
	for i, word := range words {
		if word != "and" && word != "" {
			words[i] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, " ")
}

// resources are those that the record itself lists with their ARNs. Nothing is guessed
// from parameters.
func resources(record map[string]any) []resource {
	var found []resource
	list, _ := record["resources"].([]any)
	for _, item := range clip(list) {
		object, _ := item.(map[string]any)
		if arn, _ := object["ARN"].(string); strings.HasPrefix(arn, "arn:") {
			kind, _ := object["type"].(string)
			found = append(found, resource{UID: text(arn), Type: text(kind)})
		}
	}
	return found
}

func observables(a detection.Alert) []observable {
	found := addresses([]string{a.Actor.Source})
	if a.Actor.Name != "" && a.Actor.Kind != detection.ActorNone {
		found = append(found, observable{"evidences[].actor.user.name", observedUser, "User Name", text(a.Actor.Name)})
	}
	for _, r := range resources(a.Record) {
		found = append(found, observable{"resources[].uid", observedResource, "Resource UID", r.UID})
	}
	return found
}

// addresses are the observables of sources that are addresses.
func addresses(sources []string) []observable {
	var found []observable
	for _, from := range clip(sources) {
		if isAddress(from) {
			found = append(found, observable{"evidences[].src_endpoint.ip", observedIP, "IP Address", from})
		}
	}
	return found
}

func newRemediation(a detection.Alert) *remediation {
	if len(a.Runbook) == 0 {
		return nil
	}
	var steps []string
	for i, step := range a.Runbook {
		steps = append(steps, fmt.Sprintf("%d. %s", i+1, step))
	}
	r := &remediation{Desc: prose(strings.Join(steps, " "))}
	if reference := a.Links["reference"]; reference != "" {
		r.References = []string{text(reference)}
	}
	return r
}

// unmapped is what OCSF has no field for.
func unmapped(a detection.Alert) map[string]any {
	extra := map[string]any{
		"record_key": text(a.RecordKey), "failed": a.Failed,
		"actor_kind": text(a.Actor.Kind), "credentials": text(a.Actor.Credentials),
	}
	maps.DeleteFunc(extra, func(_ string, value any) bool { return value == "" })
	if len(a.Details) > 0 {
		extra["details"] = bounded(a.Details)
	}
	if len(a.Notes) > 0 {
		extra["notes"] = texts(a.Notes)
	}
	return extra
}

// bounded is an object whose members a record decides, with a mark in the place of each
// value that is large, and one for members that are too many.
func bounded(object map[string]any) map[string]any {
	out := map[string]any{}
	missing := 0
	for _, key := range slices.Sorted(maps.Keys(object)) {
		value, size := object[key], weight(object[key])
		if len(out) == maxItems {
			missing += len(key) + size
			continue
		}
		if size > maxText {
			value = notify.CutMark(size)
		}
		out[notify.Visible(key, 256)] = value
	}
	if missing > 0 {
		out["cut"] = notify.CutMark(missing)
	}
	return out
}

// weight is what a value takes as JSON; what can't be written fails later, with a reason.
func weight(value any) int {
	written, err := notify.JSON(value)
	if err != nil {
		return 0
	}
	return len(written)
}

// finish adds the record, as much of it as fits, and writes the finding.
func finish(f finding, record map[string]any, attributes []notify.Attribute) (notify.Message, error) {
	body, err := notify.JSON(f)
	if err != nil {
		return notify.Message{}, err
	}
	room := notify.MaxBytes - notify.Message{Body: body, Attributes: attributes}.Size() - len(`,"raw_data":"","raw_data_size":1234567890`) - len(`,"is_truncated":true`)
	if len(record) > 0 {
		raw, err := notify.JSON(record)
		if err != nil {
			return notify.Message{}, err
		}
		f.RawData, f.RawDataSize = cut(raw, min(room, maxRaw)), len(raw)
		f.Metadata.IsTruncated = f.RawData != raw
		if body, err = notify.JSON(f); err != nil {
			return notify.Message{}, err
		}
	}
	message := notify.Message{Body: body, Attributes: attributes}
	if size := message.Size(); size > notify.MaxBytes {
		return notify.Message{}, fmt.Errorf("still %d bytes after every cut, %d are allowed", size, notify.MaxBytes)
	}
	return message, nil
}

// cut is a text that takes at most room bytes inside JSON, where quotes and backslashes
// take two. Where something is missing it ends with the mark of a cut.
func cut(text string, room int) string {
	const mark = len("[+9999999999 bytes]")
	weight, end := 0, 0 // end is the last place that leaves room for the mark
	for i, r := range text {
		if weight <= room-mark {
			end = i
		}
		weight += len(string(r))
		if r == '"' || r == '\\' {
			weight++
		}
		if weight > room {
			return text[:end] + notify.CutMark(len(text)-end)
		}
	}
	return text
}
