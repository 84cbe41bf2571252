package ruleset

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A Source is a folder that rules come from: the embedded set, or a user's own.
// It may hold rules, helpers (package lib), tests and settings.yaml.
type Source struct {
	// Name is put before the paths in messages, such as "rules" or the user's folder.
	Name string
	FS   fs.FS
	// LibraryOnly takes the helpers and the settings, and leaves the rules.
	LibraryOnly bool
}

// A module is a Rego file that could be parsed.
type module struct {
	path   string // with the source's name: what messages show
	folder int    // index of the source
	text   string
	ast    *ast.Module
	meta   metadata // of a rule, once it was checked
	// aside is a rule of a source of which only the library is wanted: its id is known
	// and nothing else.
	aside bool
	// readsDeployment is set of a rule once it was compiled.
	readsDeployment bool
	refused         []Refusal // of a rule, because of other rules
}

func (m *module) pkg() string { return strings.TrimPrefix(m.ast.Package.Path.String(), "data.") }

func (m *module) isTest() bool { return strings.HasSuffix(m.pkg(), "_test") }

func (m *module) isRule() bool { return strings.HasPrefix(m.pkg(), "rules.") && !m.isTest() }

func (m *module) isLibrary() bool { return strings.HasPrefix(m.pkg(), "lib.") && !m.isTest() }

// helpsTests says whether a library's module has no test in it, only what tests use.
func (m *module) helpsTests() bool {
	return m.isTest() && strings.HasPrefix(m.pkg(), "lib.") &&
		!slices.ContainsFunc(m.ast.Rules, func(rule *ast.Rule) bool { return strings.HasPrefix(ruleName(rule), "test_") })
}

// refuseAt is a refusal at the module's package line.
func (m *module) refuseAt(format string, args ...any) Refusal {
	return Refusal{File: m.path, Line: m.ast.Package.Location.Row, Why: fmt.Sprintf(format, args...)}
}

// read parses every Rego file of the source, tests only where they are wanted: they
// cost time at a function's start and are never asked there.
func (s Source) read(folder int, tests bool) (modules []*module, refused []Refusal, err error) {
	err = fs.WalkDir(s.FS, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() || !isRego(name, tests) {
			return nil
		}
		text, err := fs.ReadFile(s.FS, name)
		if err != nil {
			return err
		}
		m, err := parse(path.Join(s.Name, name), string(text), folder)
		if err != nil {
			refused = append(refused, refusals(err, path.Join(s.Name, name))...)
		} else if m.aside = s.LibraryOnly && m.isRule(); s.wants(m) {
			modules = append(modules, m)
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("read rules of %s: %w", s.Name, err)
	}
	return modules, refused, nil
}

// wants says whether the source is read for the module. Of rules that are left out, the
// ids are.
func (s Source) wants(m *module) bool {
	return !s.LibraryOnly || m.isLibrary() || m.helpsTests() || m.isRule()
}

func isRego(name string, tests bool) bool {
	return strings.HasSuffix(name, ".rego") && (tests || !strings.HasSuffix(name, "_test.rego"))
}

func parse(shown, text string, folder int) (*module, error) {
	parsed, err := ast.ParseModuleWithOpts(shown, text, ast.ParserOptions{
		Capabilities: Capabilities(), RegoVersion: ast.RegoV1,
	})
	if err != nil {
		return nil, err
	}
	return &module{path: shown, folder: folder, text: text, ast: parsed}, nil
}
