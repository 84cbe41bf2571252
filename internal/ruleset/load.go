// Package ruleset turns Rego files, their METADATA and the settings into rules that
// keep the contract of docs/architecture.md. It never sees a record, and does not
// know how rules are evaluated.
package ruleset

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"trailbell/internal/detection"
)

// A Set is the rules that were loaded, ready to be asked. It is never changed after
// [Load] and may be used from several goroutines.
type Set struct {
	// Rules are sorted by id.
	Rules []detection.Rule
	// Refused names each file that was not loaded, and why. A command stops on it;
	// a function goes on with the others and tells a person.
	Refused []Refusal
	// Notices says which rules of one source took the place of another's.
	Notices []string
	// Accounts is what settings know of accounts, by id.
	Accounts map[string]detection.Account
	// Ways is settings' links.
	Ways detection.Ways

	// Exceptions are the entries of all exceptions.yaml that could be read, those that
	// have expired among them.
	Exceptions []detection.Exception

	known      map[string]detection.RuleID // what rules are called and were called
	compiler   *ast.Compiler
	lazy       *lazy // in place of the compiler, in a set that was built ahead
	settings   settings
	deployment *Deployment // nil where it is unknown
	schema     any         // of a record
	modules    []*module
	tests      []*module
}

// Compiler holds the compiled rules and helpers.
func (s *Set) Compiler() *ast.Compiler { return s.compiler }

// Data is what the rules read beside the record: data.settings, and data.deployment,
// which has every key and is empty where there is no deployment.
func (s *Set) Data() storage.Store {
	var d Deployment
	if s.deployment != nil {
		d = *s.deployment
	}
	return inmem.NewFromObject(map[string]any{"settings": s.settings.values, "deployment": d.values()})
}

// Lists are the settings that are lists of text, by their dotted names, empty ones among
// them.
func (s *Set) Lists() map[string][]string { return s.settings.lists() }

// TestModules are the rules and helpers together with their tests, as they were parsed,
// by file. Tests are read only when [Options] ask for them.
func (s *Set) TestModules() map[string]*ast.Module {
	byFile := map[string]*ast.Module{}
	for _, m := range slices.Concat(s.modules, s.tests) {
		byFile[m.path] = m.ast
	}
	return byFile
}

// UnlistedEvents are the names of events for which a rule gives a reason why no page of
// AWS has them, with the reason, by rule. A set that was built ahead does not know them.
func (s *Set) UnlistedEvents() map[detection.RuleID]map[string]string {
	byRule := map[detection.RuleID]map[string]string{}
	for _, m := range s.modules {
		if m.isRule() && len(m.meta.Custom.UnlistedEvents) > 0 {
			byRule[detection.RuleID(strings.TrimPrefix(m.pkg(), "rules."))] = m.meta.Custom.UnlistedEvents
		}
	}
	return byRule
}

// Schema is the JSON Schema of a record, decoded, and nil where no source has one.
func (s *Set) Schema() any { return s.schema }

// Err is nil when every file was loaded, and names the refused ones otherwise.
func (s *Set) Err() error {
	var errs []error
	for _, r := range s.Refused {
		errs = append(errs, r)
	}
	return errors.Join(errs...)
}

// Options say where rules and settings come from.
type Options struct {
	// Sources are read in order; a later one's file takes the place of an earlier
	// one's of the same package, and its settings are laid over the earlier ones.
	Sources []Source
	// SettingsFile is laid over everything, where it is given.
	SettingsFile string
	// Deployment is what the rules run in, nil where that is unknown.
	Deployment *Deployment
	// Thorough also finds what takes time to find: rules that can never match, misspelt
	// fields in helpers, rules that wait for a setting.
	Thorough bool
	// Tests also reads the rules' tests, for [Set.TestModules].
	Tests bool
}

// Load reads the sources. It fails when nothing could work: a folder or settings
// file can't be read, or no rule is left. Single files that can't be loaded are in
// [Set.Refused].
func Load(ctx context.Context, opts Options) (*Set, error) {
	set := &Set{deployment: opts.Deployment}
	var modules []*module
	var err error
	for i, source := range opts.Sources {
		found, refused, err := source.read(i, opts.Tests)
		if err != nil {
			return nil, err
		}
		modules = append(modules, found...)
		set.Refused = append(set.Refused, refused...)
		if set.schema, err = readSchema(source, set.schema); err != nil {
			return nil, err
		}
		if err = set.settings.read(source); err != nil {
			return nil, err
		}
	}
	if err = set.readSettingsFile(opts.SettingsFile); err != nil {
		return nil, err
	}
	if err = set.readReaders(); err != nil {
		return nil, err
	}
	set.modules = set.compile(set.choose(modules))
	set.add()
	set.override()
	if err = set.readExceptions(opts.Sources); err != nil {
		return nil, err
	}
	if opts.Thorough {
		set.checkThoroughly(ctx)
	}
	slices.SortFunc(set.Refused, func(a, b Refusal) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	if len(set.Rules) == 0 {
		return nil, errors.Join(errors.New("no rules: trailbell without a rule would be silent for ever"), set.Err())
	}
	return set, nil
}

func (s *Set) readSettingsFile(name string) error {
	if name == "" {
		return nil
	}
	text, err := os.ReadFile(filepath.Clean(name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("settings %s: there is no such file", name)
	}
	if err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	return s.settings.overlay(name, text)
}

// choose keeps one module a package. OPA would let two files of one package join,
// and the second could switch the first's match off without a word.
func (s *Set) choose(modules []*module) []*module {
	slices.SortFunc(modules, func(a, b *module) int {
		return cmp.Or(cmp.Compare(a.layer(), b.layer()), cmp.Compare(a.path, b.path))
	})
	byPackage := map[string]*module{}
	for _, m := range modules {
		if !m.isRule() && !m.isLibrary() && !m.isTest() {
			s.Refused = append(s.Refused, m.refuseAt("package %s: a rule's package begins with rules., a helper's with lib.", m.pkg()))
			continue
		}
		other := byPackage[m.pkg()]
		if other != nil && other.layer() == m.layer() {
			s.Refused = append(s.Refused, m.refuseAt("package %s is already in %s: one file a package", m.pkg(), other.path))
			continue
		}
		if other != nil && !other.aside && other.text != m.text {
			s.Notices = append(s.Notices, fmt.Sprintf("%s takes the place of %s", m.path, other.path))
		}
		byPackage[m.pkg()] = m
	}
	return s.check(byPackage)
}

// check returns the modules that can be compiled, and puts the tests aside.
func (s *Set) check(byPackage map[string]*module) []*module {
	var good []*module
	for _, m := range byPackage {
		if m.isTest() {
			s.tests = append(s.tests, m)
			continue
		}
		m.refused = s.checkModule(m)
	}
	s.learnIDs(slices.SortedFunc(maps.Values(byPackage), func(a, b *module) int { return cmp.Compare(a.path, b.path) }))
	for _, m := range byPackage {
		s.Refused = append(s.Refused, m.refused...)
		if len(m.refused) == 0 && !m.isTest() && !m.aside {
			good = append(good, m)
		}
	}
	return good
}

// layer orders modules by who has the last word: a user's rules/local stands over
// the folder it is in.
func (m *module) layer() int {
	if strings.Contains("/"+m.path, "/local/") {
		return 2*m.folder + 1
	}
	return 2 * m.folder
}

// idForm keeps ids printable everywhere: in attributes, file names and settings.
var idForm = regexp.MustCompile(`^rules(\.[a-z][a-z0-9_]*)+$`)

// checkModule says what is wrong with a module before it is compiled.
func (s *Set) checkModule(m *module) []Refusal {
	if !m.isRule() || m.aside {
		return nil
	}
	meta, refused := readMetadata(m)
	m.meta = meta
	if !idForm.MatchString(m.pkg()) {
		refused = append(refused, m.refuseAt("package %s: a rule's id is made of its package, so let its parts be lower-case words with digits and _ that are no keywords of Rego", m.pkg()))
	}
	for _, list := range meta.Custom.Exempt {
		if !s.settings.list(list) {
			refused = append(refused, m.refuseAt("METADATA: custom.exempt names %s, and there is no such list in settings.yaml: add it there, empty", list))
		}
		if first, _, _ := strings.Cut(list, "."); first == "user_agents" {
			refused = append(refused, m.refuseAt("METADATA: custom.exempt names %s: whoever calls chooses the user agent, so it exempts nobody", list))
		}
	}
	stateful := meta.Custom.Threshold != nil || meta.Custom.FirstSeen != nil
	return append(refused, checkNames(m, stateful)...)
}

// compile compiles what can be compiled. A file that the compiler complains of is
// left out and the rest is tried again, so that one bad rule takes no other with it.
func (s *Set) compile(modules []*module) []*module {
	for {
		byPath := map[string]*ast.Module{}
		for _, m := range modules {
			byPath[m.path] = annotate(m)
		}
		s.compiler = ast.NewCompiler().WithCapabilities(Capabilities()).WithStrict(true).SetErrorLimit(0).
			WithSchemas(s.schemas()).WithUseTypeCheckAnnotations(true)
		s.compiler.Compile(byPath)
		if !s.compiler.Failed() {
			return modules
		}
		bad := refusals(s.compiler.Errors, "rules")
		s.Refused = append(s.Refused, bad...)
		left := slices.DeleteFunc(slices.Clone(modules), func(m *module) bool {
			return slices.ContainsFunc(bad, func(r Refusal) bool { return r.File == m.path })
		})
		if len(left) == len(modules) {
			return nil // an error without a file: nothing can be trusted
		}
		modules = left
	}
}

// add turns the compiled modules into rules.
func (s *Set) add() {
	for _, m := range s.modules {
		refused := s.checkData(m, s.compiler.Modules[m.path])
		if m.isRule() {
			refused = append(refused, checkTypes(m, s.compiler)...)
		}
		if len(refused) > 0 {
			s.Refused = append(s.Refused, refused...)
			continue
		}
		if m.isRule() {
			s.Rules = append(s.Rules, s.rule(m))
		}
	}
	slices.SortFunc(s.Rules, func(a, b detection.Rule) int { return cmp.Compare(a.ID, b.ID) })
}

// rule is everything that is known of a rule that was not refused.
func (s *Set) rule(m *module) detection.Rule {
	rule := m.meta.rule(m)
	rule.Outputs = outputs(m)
	rule.Evidence, rule.Settings, m.readsDeployment = reads(m.ast.Package.Path, s.compiler)
	if rule.Status == detection.StatusOff {
		rule.Inactive = "status is off"
	}
	return rule
}
