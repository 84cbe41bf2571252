package selection

import (
	"context"
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
)

// settings is where the users' settings are among the data.
var settings = ast.DefaultRootRef.Append(ast.StringTerm("settings"))

// silencedBy is what the settings would have to say for the rule to match and do not, in
// Rego, or nothing: then it may match. Each of the queries is a way in which it could.
//
// The word of partial evaluation that no way is left is not enough to leave a rule out. The
// expressions about settings alone are a question for OPA as it evaluates rules, and a
// way that needs what has no answer can't be gone.
func silencedBy(ctx context.Context, data storage.Store, queries []ast.Body) string {
	ctx, cancel := context.WithTimeout(ctx, maxThought)
	defer cancel()
	silenced := ""
	for _, query := range queries {
		about := aboutSettings(query)
		if len(about) == 0 || holds(ctx, data, about) {
			return ""
		}
		var needed alternative
		for _, expr := range about {
			needed = append(needed, condition{Text: expr.String()})
		}
		silenced = needed.text()
	}
	return silenced
}

// holds says whether OPA finds an answer to the query, or does not know.
func holds(ctx context.Context, data storage.Store, query ast.Body) (found bool) {
	defer func() { found = found || recover() != nil }()
	results, err := rego.New(rego.ParsedQuery(query), rego.Store(data)).Eval(ctx)
	return err != nil || slices.ContainsFunc(results, func(result rego.Result) bool {
		// A query of one expression has a result where that is false.
		return !slices.ContainsFunc(result.Expressions, func(e *rego.ExpressionValue) bool { return e.Value == false })
	})
}

// aboutSettings are the expressions of a query that ask for settings and for nothing else
// and are not negated: what the query needs, whatever the record is. Those with a variable
// that others have too are left out, because they mean nothing alone.
func aboutSettings(query ast.Body) ast.Body {
	var about ast.Body
	shared := ast.NewVarSet()
	keep := func(expr *ast.Expr) bool {
		if _, marker := isMarker(expr); marker {
			return false
		}
		alone := !expr.Negated && len(expr.With) == 0 && !asksBeyondSettings(expr) && len(variables(expr).Intersect(shared)) == 0
		if !alone {
			shared.Update(variables(expr))
		}
		return alone
	}
	for left := query; ; left = about {
		about = nil
		for _, expr := range left {
			if keep(expr) {
				about.Append(expr.Copy())
			}
		}
		if len(about) == len(left) {
			return about
		}
	}
}

// variables are those of the expression; the roots of documents are none.
func variables(expr *ast.Expr) ast.VarSet {
	visitor := ast.NewVarVisitor().WithParams(ast.VarVisitorParams{SkipRefCallHead: true})
	visitor.Walk(expr)
	return visitor.Vars().Diff(ast.NewVarSet(ast.DefaultRootDocument.Value.(ast.Var), ast.InputRootDocument.Value.(ast.Var)))
}

func asksBeyondSettings(expr *ast.Expr) bool {
	beyond := false
	ast.WalkTerms(expr, func(t *ast.Term) bool {
		switch v := t.Value.(type) {
		case ast.Ref:
			isData := v.HasPrefix(ast.DefaultRootRef) && !v.HasPrefix(settings)
			beyond = beyond || isData || v.HasPrefix(ast.InputRootRef)
		case ast.Var:
			beyond = beyond || v == ast.InputRootDocument.Value
		}
		return beyond
	})
	return beyond
}
