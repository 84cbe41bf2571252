package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
)

// A strangeRecord is a record in a test that CloudTrail would not write: the test
// proves nothing.
type strangeRecord struct {
	test string
	why  string
}

// strange checks the records that tests handed in against the schema of a record. A test
// with "odd" in its name hands in what no schema allows, on purpose.
func (w *witness) strange(ctx context.Context, schema any) ([]strangeRecord, error) {
	if schema == nil {
		return nil, nil
	}
	query, err := rego.New(
		rego.Query("[ok, errors] = json.match_schema(input, data.schema)"),
		rego.Store(inmem.NewFromObject(map[string]any{"schema": schema})),
	).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the check of records: %w", err)
	}
	var found []strangeRecord
	seen := map[string]bool{} // one finding a test is enough
	for record, test := range w.records {
		if strings.Contains(test[strings.LastIndexByte(test, '.')+1:], "odd") {
			continue
		}
		whys, err := violations(ctx, query, record)
		if err != nil {
			return nil, err
		}
		if len(whys) > 0 && !seen[test] {
			seen[test] = true
			found = append(found, strangeRecord{strings.TrimPrefix(test, "data."), strings.Join(whys, "; ")})
		}
	}
	slices.SortFunc(found, func(a, b strangeRecord) int {
		return cmp.Or(cmp.Compare(a.test, b.test), cmp.Compare(a.why, b.why))
	})
	return found, nil
}

func violations(ctx context.Context, query rego.PreparedEvalQuery, record *ast.Term) ([]string, error) {
	results, err := query.Eval(ctx, rego.EvalParsedInput(record.Value))
	if err != nil || len(results) == 0 {
		return nil, fmt.Errorf("check a record against the schema: %w", err)
	}
	text, err := json.Marshal(results[0].Bindings["errors"])
	if err != nil {
		return nil, fmt.Errorf("read what is wrong with a record: %w", err)
	}
	var errors []struct {
		Field string `json:"field"`
		Desc  string `json:"desc"`
	}
	if err := json.Unmarshal(text, &errors); err != nil {
		return nil, fmt.Errorf("read what is wrong with a record: %w", err)
	}
	var whys []string
	for _, e := range errors {
		whys = append(whys, e.Field+": "+e.Desc)
	}
	return whys, nil
}
