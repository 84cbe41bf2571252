package backtest

import (
	"encoding/json"
	"fmt"
	"io"
)

// Names are the formats of a report, in the order in which help names them.
func Names() []string { return []string{"table", "json", "junit", "sarif", "html", "markdown"} }

// Write writes the report in the format of a name.
func Write(w io.Writer, name string, r Report) error {
	formats := map[string]func(io.Writer, Report) error{
		"table": Table, "json": JSON, "junit": JUnit, "sarif": SARIF, "html": HTML, "markdown": Markdown,
	}
	write := formats[name]
	if write == nil {
		return fmt.Errorf("there is no format %q", name)
	}
	if err := write(w, r); err != nil {
		return fmt.Errorf("write the report as %s: %w", name, err)
	}
	return nil
}

// JSON writes the report as one object on one line.
func JSON(w io.Writer, r Report) error { return json.NewEncoder(w).Encode(r) }
