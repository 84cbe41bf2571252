package mutation

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"

	"trailbell/internal/ruleset"
)

// maxThought is how long one test of a mutant may take: a change may make a loop long.
const maxThought = 5 * time.Second

// A Bench tries mutants. It is safe for concurrent use.
type Bench struct {
	modules map[string]*ast.Module // by package
	texts   map[string]string      // of rules, by file
	store   storage.Store
}

// NewBench reads rules, helpers and their tests, all of which must be below the folder
// and parse. The tests see the shipped settings, and no deployment.
func NewBench(ctx context.Context, rules fs.FS) (*Bench, error) {
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: []ruleset.Source{{Name: "rules", FS: rules}}, Tests: true})
	if err != nil {
		return nil, err
	}
	if err := set.Err(); err != nil {
		return nil, err
	}
	b := &Bench{modules: map[string]*ast.Module{}, texts: map[string]string{}, store: set.Data()}
	for file, module := range set.TestModules() {
		b.modules[module.Package.Path.String()] = module
		if !isRule(module) {
			continue
		}
		text, err := fs.ReadFile(rules, strings.TrimPrefix(file, "rules/"))
		if err != nil {
			return nil, err
		}
		b.texts[file] = string(text)
	}
	return b, nil
}

func isRule(module *ast.Module) bool {
	name := module.Package.Path.String()
	return strings.HasPrefix(name, "data.rules.") && !strings.HasSuffix(name, "_test")
}

// Files are the rules' files.
func (b *Bench) Files() []string { return slices.Sorted(maps.Keys(b.texts)) }

// Within says whether a file is a folder's, such as rules/iam, or is the path itself.
func Within(file, folder string) bool {
	folder = path.Clean(folder)
	return file == folder || strings.HasPrefix(file, folder+"/")
}

// A Result says what became of the mutants of one rule.
type Result struct {
	File string
	// Tried are all that are rules still; a change that the compiler refuses is none.
	Tried int
	// Survivors are those that no test of the rule noticed.
	Survivors []Mutant
}

// Killed is how many mutants a test noticed.
func (r Result) Killed() int { return r.Tried - len(r.Survivors) }

// Try breaks the rule in the file in all ways that the choice takes, and runs its tests
// for each. The error says that the rule as it stands does not pass, or has no tests.
func (b *Bench) Try(ctx context.Context, file string, choose func(Mutant) bool) (Result, error) {
	result := Result{File: file}
	mutants, err := Mutants(file, b.texts[file])
	if err != nil {
		return result, err
	}
	j, err := b.judge(ctx, file)
	if err != nil {
		return result, fmt.Errorf("%s: %w", file, err)
	}
	for _, mutant := range slices.DeleteFunc(mutants, func(m Mutant) bool { return !choose(m) }) {
		module, err := mutant.module()
		if err != nil {
			continue // no Rego any more
		}
		killed, err := j.kills(ctx, module)
		if errors.Is(err, errRefused) {
			continue
		}
		if err != nil {
			return result, fmt.Errorf("%s:%d: %s: %w", file, mutant.Line, mutant.What, err)
		}
		if result.Tried++; !killed {
			result.Survivors = append(result.Survivors, mutant)
		}
	}
	return result, nil
}

// errRefused is the compiler's no.
var errRefused = errors.New("the compiler refuses it")

// A judge runs the tests of one rule.
type judge struct {
	store  storage.Store
	others map[string]*ast.Module // what the rule and its test need, by file
	// tests are queries; the one that noticed a change last is the first.
	tests []string
}

// judge is the judge of the rule in a file, which must pass its tests.
func (b *Bench) judge(ctx context.Context, file string) (*judge, error) {
	rule, err := parse(file, b.texts[file])
	if err != nil {
		return nil, err
	}
	pkg := rule.Package.Path.String()
	test := b.modules[pkg+"_test"]
	if test == nil {
		return nil, fmt.Errorf("package %s has no tests", strings.TrimPrefix(pkg, "data."))
	}
	j := &judge{store: b.store, others: map[string]*ast.Module{}}
	b.gather(rule, j.others)
	b.gather(test, j.others)
	delete(j.others, rule.Package.Location.File)
	for _, r := range test.Rules {
		query := pkg + "_test." + name(r)
		if strings.HasPrefix(name(r), "test_") && !slices.Contains(j.tests, query) {
			j.tests = append(j.tests, query)
		}
	}
	if killed, err := j.kills(ctx, rule); killed || err != nil {
		return nil, errors.Join(errors.New("its tests fail before anything is broken"), err)
	}
	return j, nil
}

// gather adds a module and all that it imports.
func (b *Bench) gather(module *ast.Module, found map[string]*ast.Module) {
	if module == nil || found[module.Package.Location.File] != nil {
		return
	}
	found[module.Package.Location.File] = module
	ast.WalkRefs(module, func(ref ast.Ref) bool {
		for i := 2; i <= len(ref); i++ {
			b.gather(b.modules[ref[:i].String()], found)
		}
		return false
	})
}

// kills says whether a test fails with the module in the rule's place.
func (j *judge) kills(ctx context.Context, module *ast.Module) (bool, error) {
	modules := maps.Clone(j.others)
	modules[module.Package.Location.File] = module
	compiler := ast.NewCompiler().WithCapabilities(ruleset.Capabilities()).WithEnablePrintStatements(false)
	if compiler.Compile(modules); compiler.Failed() {
		return false, errRefused
	}
	for i, test := range j.tests {
		passed, err := j.passes(ctx, compiler, test)
		if err != nil {
			return false, err
		}
		if !passed {
			j.tests = slices.Insert(slices.Delete(j.tests, i, i+1), 0, test)
			return true, nil
		}
	}
	return false, nil
}

// passes runs one test. One that ends in an error has noticed.
func (j *judge) passes(ctx context.Context, compiler *ast.Compiler, test string) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, maxThought)
	defer cancel()
	results, err := rego.New(rego.Query(test), rego.Compiler(compiler), rego.Store(j.store)).Eval(limited)
	if ctx.Err() != nil {
		return false, context.Cause(ctx)
	}
	return err == nil && results.Allowed(), nil
}
