package ruleset

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"trailbell/internal/detection"
)

// readReaders takes from the settings what is not for rules but for the readers of
// alerts.
func (s *Set) readReaders() (err error) {
	if s.Accounts, err = s.settings.accounts(); err != nil {
		return err
	}
	s.Ways, err = s.settings.ways()
	return err
}

// accounts is what accounts.names, accounts.owners and accounts.environments say, by
// account id.
func (s *settings) accounts() (map[string]detection.Account, error) {
	found := map[string]detection.Account{}
	for _, about := range []struct {
		key, what, example string
		field              func(*detection.Account) *string
	}{
		{"names", "name", "production", func(a *detection.Account) *string { return &a.Name }},
		{"owners", "owner", "payments team", func(a *detection.Account) *string { return &a.Owner }},
		{"environments", "environment", "prod", func(a *detection.Account) *string { return &a.Environment }},
	} {
		below, _ := s.values["accounts"].(map[string]any)
		texts, ok := below[about.key].(map[string]any)
		if !ok && below[about.key] != nil {
			return nil, fmt.Errorf(`settings: accounts.%s must be a map of account id to %s, such as "123456789012": %s`, about.key, about.what, about.example)
		}
		for id, value := range texts {
			text, ok := value.(string)
			if !ok {
				return nil, fmt.Errorf("settings: accounts.%s: the %s of account %s must be text", about.key, about.what, id)
			}
			account := found[id]
			account.ID = id
			*about.field(&account) = text
			found[id] = account
		}
	}
	return found, nil
}

// The forms of what alerts make links and queries of. Nothing in them can end a link or
// a name early.
var (
	addressForm = regexp.MustCompile(`^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?$`)
	baseForm    = regexp.MustCompile(`^https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:\d{1,5})?/([A-Za-z0-9._~/?=&#-]*)$`)
	roleForm    = regexp.MustCompile(`^[A-Za-z0-9_+=,.@-]{1,64}$`)
	tableForm   = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)?$`)
)

// ways is settings' links. A value of the wrong form is an error: a link that leads
// nowhere is found out at the worst of times.
func (s *settings) ways() (detection.Ways, error) {
	links, ok := s.values["links"].(map[string]any)
	if !ok && s.values["links"] != nil {
		return detection.Ways{}, errors.New("settings: links must be a map")
	}
	var ways detection.Ways
	for _, way := range []struct {
		key, want string
		form      *regexp.Regexp
		field     *string
	}{
		{"identity_center_start_url", "the https address of the access portal, such as https://d-1234567890.awsapps.com/start", addressForm, &ways.StartURL},
		{"identity_center_role", "the name of a permission set, such as ReadOnlyAccess", roleForm, &ways.Role},
		{"runbook_base", "an https address that a rule's id can be put behind, such as https://wiki.example.com/runbooks/", baseForm, &ways.RunbookBase},
		{"athena_table", "the name of a table, such as cloudtrail_logs, with its database before it or without", tableForm, &ways.AthenaTable},
	} {
		text, isText := links[way.key].(string)
		if links[way.key] != nil && !isText || text != "" && !way.form.MatchString(text) {
			return detection.Ways{}, fmt.Errorf("settings: links.%s is %v, it must be %s", way.key, links[way.key], way.want)
		}
		*way.field = text
	}
	ways.StartURL = strings.TrimRight(ways.StartURL, "/")
	return ways, nil
}
