package ruleset

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/version"

	"trailbell/internal/detection"
)

// Ahead is what a build keeps of a set, so that a function can start without parsing
// and compiling every rule. It is good for the sources with the same fingerprint only.
type Ahead struct {
	Rules      []detection.Rule
	Exceptions []detection.Exception
	// Files names the file of every package, rules and helpers.
	Files map[string]File
}

// A File says where a module is.
type File struct {
	Source int // index into the sources
	Name   string
}

// Fingerprint is a hash over the rules, helpers, settings and exceptions of the sources and the
// version of OPA: all that a set is made of.
func Fingerprint(sources []Source) (string, error) {
	hash := sha256.New()
	fmt.Fprintf(hash, "opa %s\n", version.Version)
	for _, source := range sources {
		fmt.Fprintf(hash, "source %q %t\n", source.Name, source.LibraryOnly)
		err := fs.WalkDir(source.FS, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !isRego(name, false) && !slices.Contains(settingsFiles, name) && !slices.Contains(exceptionsFiles, name) {
				return err
			}
			text, err := fs.ReadFile(source.FS, name)
			fmt.Fprintf(hash, "file %q %d\n", name, len(text))
			hash.Write(text)
			return err
		})
		if err != nil {
			return "", fmt.Errorf("read rules of %s: %w", source.Name, err)
		}
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}

// Ahead is what is kept of the set, which must have been loaded from the sources. A set
// with refused files is not kept: whoever starts must say what is missing.
func (s *Set) Ahead(sources []Source) (Ahead, error) {
	if err := s.Err(); err != nil {
		return Ahead{}, fmt.Errorf("rules were refused: %w", err)
	}
	ahead := Ahead{Rules: s.Rules, Exceptions: s.Exceptions, Files: map[string]File{}}
	for shown, module := range s.compiler.Modules {
		i := slices.IndexFunc(sources, func(source Source) bool {
			name, ok := strings.CutPrefix(shown, source.Name+"/")
			_, err := fs.Stat(source.FS, name)
			return ok && err == nil
		})
		if i < 0 {
			return Ahead{}, fmt.Errorf("module %s is in none of the sources", shown)
		}
		ahead.Files[module.Package.Path.String()] = File{i, strings.TrimPrefix(shown, sources[i].Name+"/")}
	}
	return ahead, nil
}

// LoadAhead makes the set that was kept. Its rules are compiled when first asked for:
// they were checked when it was built. [Set.Compiler] has nothing in such a set.
func LoadAhead(sources []Source, ahead Ahead) (*Set, error) {
	set := &Set{Rules: ahead.Rules, Exceptions: ahead.Exceptions, lazy: &lazy{sources: sources, files: ahead.Files}}
	if len(set.Rules) == 0 {
		return nil, errors.New("no rules: trailbell without a rule would be silent for ever")
	}
	for _, source := range sources {
		if err := set.settings.read(source); err != nil {
			return nil, err
		}
	}
	return set, set.readReaders()
}

// CompilerFor holds the rule and all it refers to, compiled.
func (s *Set) CompilerFor(id detection.RuleID) (*ast.Compiler, error) {
	if s.lazy == nil {
		return s.compiler, nil
	}
	return s.lazy.compile("data.rules." + string(id))
}

// lazy compiles modules on demand.
type lazy struct {
	sources []Source
	files   map[string]File // by package

	mu     sync.Mutex
	parsed map[string]*ast.Module
}

func (l *lazy) compile(pkg string) (*ast.Compiler, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	modules := map[string]*ast.Module{}
	if err := l.gather(modules, pkg); err != nil {
		return nil, err
	}
	copies := make(map[string]*ast.Module, len(modules))
	for name, module := range modules {
		copies[name] = module.Copy()
	}
	compiler := ast.NewCompiler().WithCapabilities(Capabilities())
	if compiler.Compile(copies); compiler.Failed() {
		return nil, fmt.Errorf("compile %s: %w", pkg, compiler.Errors)
	}
	return compiler, nil
}

// gather adds a package's module and those it refers to.
func (l *lazy) gather(modules map[string]*ast.Module, pkg string) error {
	if _, done := modules[pkg]; done {
		return nil
	}
	module, err := l.parse(pkg)
	if err != nil {
		return err
	}
	modules[pkg] = module
	for _, other := range l.referred(module) {
		if err := l.gather(modules, other); err != nil {
			return err
		}
	}
	return nil
}

func (l *lazy) parse(pkg string) (*ast.Module, error) {
	if module := l.parsed[pkg]; module != nil {
		return module, nil
	}
	file, ok := l.files[pkg]
	if !ok || file.Source >= len(l.sources) {
		return nil, fmt.Errorf("there is no package %s", pkg)
	}
	source := l.sources[file.Source]
	text, err := fs.ReadFile(source.FS, file.Name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", pkg, err)
	}
	m, err := parse(path.Join(source.Name, file.Name), string(text), file.Source)
	if err != nil {
		return nil, err
	}
	if l.parsed == nil {
		l.parsed = map[string]*ast.Module{}
	}
	l.parsed[pkg] = m.ast
	return m.ast, nil
}

// referred are the packages that a module refers to: those that begin like one of its
// references, or that one of its references begins like.
func (l *lazy) referred(module *ast.Module) []string {
	var found []string
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		if !ref.HasPrefix(ast.DefaultRootRef) {
			return false
		}
		known := ref.ConstantPrefix().String()
		for pkg := range l.files {
			if within(known, pkg) || within(pkg, known) {
				found = append(found, pkg)
			}
		}
		return false
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// within says whether a reference is another one or goes on from it.
func within(ref, start string) bool {
	rest, ok := strings.CutPrefix(ref, start)
	return ok && (rest == "" || rest[0] == '.' || rest[0] == '[')
}
