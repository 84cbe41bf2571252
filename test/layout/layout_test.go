// Package layout holds the repository to its own rules: who may import whom, how long
// a function and a file may be, and that packages and exported names say what they are.
package layout

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	maxFunction = 60  // lines
	maxFile     = 400 // lines
)

// mayImport is the table of docs/architecture.md: for a package, the packages of ours
// that it may import. A name that ends in / stands for everything below it. Mains may
// import anything. The first entry that fits counts.
var mayImport = []struct {
	pkg  string
	ours []string
}{
	{"internal/cloudtrail", nil},
	{"internal/archive", nil},
	{"internal/attack", nil},
	{"internal/awsapi", nil},
	{"internal/archive", nil},
	{"internal/config", nil},
	{"rules", nil},
	{"internal/detection", []string{"internal/cloudtrail"}},
	{"internal/pipeline", []string{"internal/cloudtrail", "internal/detection"}},
	{"internal/ingest", []string{"internal/cloudtrail", "internal/detection"}},
	{"internal/ruleset", []string{"internal/attack", "internal/cloudtrail", "internal/detection"}},
	{"internal/selection", []string{"internal/cloudtrail", "internal/detection", "internal/ruleset"}},
	{"internal/engine", []string{"internal/cloudtrail", "internal/detection", "internal/ruleset"}},
	{"internal/ahead", []string{"internal/detection", "internal/ruleset", "internal/selection"}},
	{"internal/reference", []string{"internal/attack", "internal/detection"}},
	{"internal/enrich", []string{"internal/cloudtrail", "internal/detection"}},
	{"internal/enrich/", nil},
	{"internal/state", []string{"internal/detection"}},
	{"internal/state/", []string{"internal/detection", "internal/state", "internal/suppress"}},
	{"internal/suppress", []string{"internal/cloudtrail", "internal/detection", "internal/state"}},
	{"internal/suppress/", []string{"internal/cloudtrail", "internal/detection", "internal/state", "internal/suppress"}},
	{"internal/reconcile", []string{"internal/cloudtrail", "internal/detection", "internal/state"}},
	{"internal/backtest", []string{"internal/cloudtrail", "internal/detection", "internal/notify"}},
	{"internal/metrics", []string{"internal/detection", "internal/pipeline"}},
	{"internal/notify", []string{"internal/cloudtrail", "internal/detection"}},
	{"internal/notify/slack/", []string{"internal/notify", "internal/notify/slack", "internal/state"}},
	{"internal/notify/asff", []string{"internal/attack", "internal/detection", "internal/notify"}},
	{"internal/notify/ocsf", []string{"internal/attack", "internal/cloudtrail", "internal/detection", "internal/notify"}},
	{"internal/notify/", []string{"internal/cloudtrail", "internal/detection", "internal/notify"}},
	{"functions/", []string{""}},
	{"cmd/", []string{""}},
	{"test/", []string{""}},
}

// onlyIn says where a module from outside may be used.
var onlyIn = []struct {
	module string
	pkgs   []string
}{
	{"github.com/open-policy-agent/opa", []string{"internal/ruleset", "internal/selection", "internal/engine", "cmd/", "test/"}},
	{"github.com/aws/aws-sdk-go-v2", []string{"internal/archive", "internal/enrich/organizations", "internal/notify/later", "internal/notify/securityhub", "internal/notify/sns", "internal/state/dynamodb", "internal/suppress/sqs", "functions/", "cmd/"}},
	{"go.etcd.io/bbolt", []string{"internal/state/bolt"}},
	{"github.com/aws/aws-lambda-go", []string{"internal/ingest", "functions/"}},
	{"github.com/spf13/cobra", []string{"cmd/"}},
	{"github.com/yuin/goldmark", []string{"test/"}},
}

// source is a Go file that ships.
type source struct {
	pkg  string // folder below the root
	file string
	ast  *ast.File
	fset *token.FileSet
}

func TestImportsFollowTheTable(t *testing.T) {
	for _, s := range sources(t) {
		for _, spec := range s.ast.Imports {
			imported := strings.Trim(spec.Path.Value, `"`)
			if ours, ok := strings.CutPrefix(imported, "trailbell/"); ok && !oursAllowed(s.pkg, ours) {
				t.Errorf("%s: package %s may not import %s", s.file, s.pkg, ours)
			}
			for _, limit := range onlyIn {
				if within(imported, limit.module) && !slices.ContainsFunc(limit.pkgs, func(p string) bool { return within(s.pkg, p) }) {
					t.Errorf("%s: package %s may not import %s", s.file, s.pkg, imported)
				}
			}
		}
	}
}

func TestFunctionsAndFilesAreShort(t *testing.T) {
	for _, s := range sources(t) {
		if n := s.fset.File(s.ast.FileStart).LineCount(); n > maxFile {
			t.Errorf("%s has %d lines, %d are allowed", s.file, n, maxFile)
		}
		for _, decl := range s.ast.Decls {
			if f, ok := decl.(*ast.FuncDecl); ok {
				if n := s.fset.Position(f.End()).Line - s.fset.Position(f.Pos()).Line + 1; n > maxFunction {
					t.Errorf("%s: %s has %d lines, %d are allowed", s.file, f.Name, n, maxFunction)
				}
			}
		}
	}
}

func TestPackagesAndExportedNamesAreDocumented(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		documented[s.pkg] = documented[s.pkg] || s.ast.Doc != nil
		for _, decl := range s.ast.Decls {
			for _, name := range undocumented(decl) {
				t.Errorf("%s: %s is exported and has no comment", s.file, name)
			}
		}
	}
	for pkg, ok := range documented {
		if !ok {
			t.Errorf("%s has no package comment", pkg)
		}
	}
}

// undocumented returns the exported names of a declaration that nothing is said of. A
// comment over a group is enough for its members.
func undocumented(decl ast.Decl) []string {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		if d.Name.IsExported() && d.Doc == nil && (d.Recv == nil || exportedReceiver(d.Recv)) {
			return []string{d.Name.Name}
		}
	case *ast.GenDecl:
		var names []string
		for _, spec := range d.Specs {
			names = append(names, undocumentedSpec(d, spec)...)
		}
		return names
	}
	return nil
}

func undocumentedSpec(group *ast.GenDecl, spec ast.Spec) []string {
	if group.Doc != nil {
		return nil
	}
	var names []string
	switch s := spec.(type) {
	case *ast.TypeSpec:
		if s.Name.IsExported() && s.Doc == nil {
			names = append(names, s.Name.Name)
		}
	case *ast.ValueSpec:
		for _, name := range s.Names {
			if name.IsExported() && s.Doc == nil {
				names = append(names, name.Name)
			}
		}
	}
	return names
}

func exportedReceiver(fields *ast.FieldList) bool {
	kind := fields.List[0].Type
	if pointer, ok := kind.(*ast.StarExpr); ok {
		kind = pointer.X
	}
	name, ok := kind.(*ast.Ident)
	return ok && name.IsExported()
}

func oursAllowed(pkg, imported string) bool {
	for _, row := range mayImport {
		if within(pkg, row.pkg) {
			return slices.ContainsFunc(row.ours, func(o string) bool { return o == "" || o == imported })
		}
	}
	return false
}

// within says whether a path is the place, or below it where the place ends in / or is
// a module's path.
func within(p, place string) bool {
	return p == place || strings.HasPrefix(p, strings.TrimSuffix(place, "/")+"/") && (strings.HasSuffix(place, "/") || strings.Contains(place, "."))
}

// sources parses every Go file of the repository that is not a test.
func sources(t *testing.T) []source {
	t.Helper()
	root := filepath.Join("..", "..")
	var found []source
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, filepath.Join(root, name), nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		found = append(found, source{pkg: path.Dir(name), file: name, ast: file, fset: fset})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 10 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(found))
	}
	return found
}
