package ruleset

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/open-policy-agent/opa/v1/ast"
)

// schemaFile describes a record, in the source that has it.
const schemaFile = "schemas/record.json"

// settingsSchema is the name under which rules find the schema of the settings.
var (
	settingsSchema = ast.MustParseRef("schema.settings")
	settingsRoot   = ast.MustParseRef("data.settings")
)

// readSchema reads the schema of a record; a source without one changes nothing.
func readSchema(s Source, before any) (any, error) {
	text, err := fs.ReadFile(s.FS, schemaFile)
	if errors.Is(err, fs.ErrNotExist) {
		return before, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the record's schema: %w", err)
	}
	var schema any
	if err := json.Unmarshal(text, &schema); err != nil {
		return nil, fmt.Errorf("schema %s: %w", path.Join(s.Name, schemaFile), err)
	}
	return schema, nil
}

// schemas are what the compiler checks rules against: a misspelt field of the record
// or a setting that does not exist is then a compile error.
func (s *Set) schemas() *ast.SchemaSet {
	set := ast.NewSchemaSet()
	if s.schema != nil {
		set.Put(ast.SchemaRootRef, withoutNull(s.schema))
	}
	set.Put(settingsSchema, s.settings.schema())
	set.Put(deploymentSchema, deploymentShape())
	return set
}

// withoutNull is a copy of a schema without the alternatives that allow null. OPA reads
// null as "anything", and then checks nothing of what stands beside it.
func withoutNull(schema any) any {
	switch v := schema.(type) {
	case map[string]any:
		out := map[string]any{}
		for key, value := range v {
			out[key] = withoutNull(value)
		}
		if anyOf, ok := out["anyOf"].([]any); ok && len(anyOf) == 1 {
			return anyOf[0]
		}
		return out
	case []any:
		out := make([]any, 0, len(v))
		for _, item := range v {
			if object, ok := item.(map[string]any); !ok || object["type"] != "null" {
				out = append(out, withoutNull(item))
			}
		}
		return out
	}
	return schema
}

// annotate makes the compiler use the schemas of the settings and of the deployment in a
// module, as a METADATA comment with "schemas" would.
func annotate(m *module) *ast.Module {
	annotated := m.ast.Copy()
	note := &ast.Annotations{
		Scope:    "package",
		Location: m.ast.Package.Location,
		Schemas: []*ast.SchemaAnnotation{
			{Path: settingsRoot, Schema: settingsSchema},
			{Path: deploymentRoot, Schema: deploymentSchema},
		},
	}
	annotated.Annotations = append(annotated.Annotations, note.Copy(annotated.Package))
	return annotated
}
