package layout

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/text"
)

var markdown = goldmark.New(goldmark.WithExtensions(extension.GFM)).Parser()

// A page is a Markdown file: where its links lead, and the places in it that links may
// lead to.
type page struct {
	links   []string
	anchors map[string]bool
}

// TestLinksLeadSomewhere looks at every link within the repository: the file must be there,
// and the heading.
func TestLinksLeadSomewhere(t *testing.T) {
	root := filepath.Join("..", "..")
	pages := map[string]page{}
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && strings.HasPrefix(entry.Name(), ".") {
			return fs.SkipDir
		}
		if entry.IsDir() || path.Ext(name) != ".md" || strings.Contains(name, "/testdata/") {
			return nil
		}
		source, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		pages[name] = readPage(source)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(pages["docs/rules/README.md"].links) == 0 || len(pages) < 10 {
		t.Fatalf("%d pages: the test looks in the wrong place", len(pages))
	}
	for name, p := range pages {
		for _, link := range p.links {
			if why := broken(root, pages, name, link); why != "" {
				t.Errorf("%s: %s: %s", name, link, why)
			}
		}
	}
}

// broken says why a link leads nowhere; addresses elsewhere are not looked at.
func broken(root string, pages map[string]page, from, link string) string {
	if strings.Contains(link, ":") {
		return ""
	}
	file, anchor, hasAnchor := strings.Cut(link, "#")
	target := path.Join(path.Dir(from), file)
	if file == "" {
		target = from
	}
	if _, err := os.Stat(filepath.Join(root, target)); err != nil {
		return "there is no such file"
	}
	if p, isPage := pages[target]; hasAnchor && isPage && !p.anchors[anchor] {
		return "there is no such heading"
	}
	return ""
}

func readPage(source []byte) page {
	p := page{anchors: map[string]bool{}}
	// The walk's function returns no error, so neither does the walk.
	_ = ast.Walk(markdown.Parse(text.NewReader(source)), func(node ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		switch n := node.(type) {
		case *ast.Link:
			p.links = append(p.links, string(n.Destination))
		case *ast.Image:
			p.links = append(p.links, string(n.Destination))
		case *ast.Heading:
			p.anchor(plain(n, source))
		}
		return ast.WalkContinue, nil
	})
	return p
}

// anchor notes a heading by the name that GitHub gives it: lower case, letters, digits,
// hyphens and underscores, and a hyphen for each blank; the second of a name has -1.
func (p page) anchor(heading string) {
	name := strings.Map(func(r rune) rune {
		switch {
		case r == ' ':
			return '-'
		case r == '-' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		}
		return -1
	}, heading)
	unique := name
	for i := 1; p.anchors[unique]; i++ {
		unique = fmt.Sprintf("%s-%d", name, i)
	}
	p.anchors[unique] = true
}

// plain is the text of a heading without its marks.
func plain(node ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

func TestABrokenLinkIsFound(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "a.md"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	pages := map[string]page{"a.md": readPage([]byte("# One `two`\n\n# One `two`\n\n[x](b.md) [y](#one-two-1)"))}
	for link, want := range map[string]string{
		"b.md": "there is no such file", "a.md#three": "there is no such heading", "#one-two-1": "", "a.md#one-two": "", "https://example.com/x": "",
	} {
		if why := broken(root, pages, "a.md", link); why != want {
			t.Errorf("%s: %q, want %q", link, why, want)
		}
	}
	if links := pages["a.md"].links; len(links) != 2 {
		t.Errorf("found %v", links)
	}
}
