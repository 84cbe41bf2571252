package notifytest_test

import (
	"reflect"
	"slices"
	"testing"

	"trailbell/internal/detection"
	"trailbell/internal/notify/notifytest"
)

func TestTheSameSeedMakesTheSame(t *testing.T) {
	for seed := range notifytest.Cases(100) {
		one, other := notifytest.New(seed, notifytest.Hostile), notifytest.New(seed, notifytest.Hostile)
		if !reflect.DeepEqual(one.Alerts(), other.Alerts()) || !reflect.DeepEqual(one.Problem(), other.Problem()) || !reflect.DeepEqual(one.RollUp(), other.RollUp()) {
			t.Fatalf("seed %d makes two different things", seed)
		}
	}
}

// A field that no generator fills would be tested nowhere.
func TestEveryFieldIsFilledAndEmptyAtTimes(t *testing.T) {
	filled, empty := map[string]bool{}, map[string]bool{}
	note := func(value any) {
		v := reflect.ValueOf(value)
		for i := range v.NumField() {
			name := v.Type().String() + "." + v.Type().Field(i).Name
			if v.Field(i).IsZero() {
				empty[name] = true
			} else {
				filled[name] = true
			}
		}
	}
	for seed := range uint64(200) {
		g := notifytest.New(seed, notifytest.Hostile)
		alert := g.Alert()
		for _, value := range []any{alert, alert.Actor, alert.Account, alert.Queries, g.Problem(), g.RollUp()} {
			note(value)
		}
	}
	always := []string{"Severity", "Count"}
	for _, kind := range []any{detection.Alert{}, detection.Actor{}, detection.Account{}, detection.Queries{}, detection.Problem{}, detection.RollUp{}} {
		fields := reflect.TypeOf(kind)
		for i := range fields.NumField() {
			name := fields.String() + "." + fields.Field(i).Name
			if !filled[name] || !empty[name] && !slices.Contains(always, fields.Field(i).Name) {
				t.Errorf("%s: filled %t, empty %t", name, filled[name], empty[name])
			}
		}
	}
}
