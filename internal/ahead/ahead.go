// Package ahead keeps what was derived from the rules when the program was built, so
// that a function starts fast. It never runs with anything that was derived from other
// rules, and knows nothing of what the conditions mean.
package ahead

import (
	"bytes"
	"context"
	"embed"
	"encoding/gob"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"

	"trailbell/internal/ruleset"
	"trailbell/internal/selection"
)

// File is where a build writes what [Build] makes, below the root of the repository.
const File = "internal/ahead/built/derived.gob"

// built holds derived.gob, where the build made one.
//
//go:embed built
var built embed.FS

// format changes with the shape of what is kept, and with how it is derived.
const format = 4

// An artefact is what is kept, with what it is good for.
type artefact struct {
	Format      int
	Fingerprint string
	Set         ruleset.Ahead
	Conditions  selection.Conditions
}

// Build derives everything from the sources and encodes it. It refuses what a start
// would refuse.
func Build(ctx context.Context, sources []ruleset.Source) ([]byte, error) {
	fingerprint, err := ruleset.Fingerprint(sources)
	if err != nil {
		return nil, err
	}
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: sources, Thorough: true})
	if err != nil {
		return nil, err
	}
	kept, err := set.Ahead(sources)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = gob.NewEncoder(&out).Encode(artefact{format, fingerprint, kept, selection.Derive(ctx, set)})
	if err != nil {
		return nil, fmt.Errorf("encode what was derived: %w", err)
	}
	return out.Bytes(), nil
}

// Load makes the set of the sources and what selects its rules: from what was built
// ahead when that is of these very sources, else by deriving it now, with a line in the
// log that says why. Another says so when rules are selected by other means than the
// index.
func Load(ctx context.Context, sources []ruleset.Source, log *slog.Logger) (*ruleset.Set, *selection.Choice, error) {
	text, err := fs.ReadFile(built, "built/derived.gob")
	if err != nil {
		err = errors.New("nothing was built ahead")
	} else {
		var set *ruleset.Set
		var index *selection.Index
		if set, index, err = Decode(text, sources); err == nil {
			choice := selection.Chosen(index)
			choice.Log = log
			return set, choice, nil
		}
	}
	log.Warn("rules are derived at the start, which takes longer", "why", err.Error())
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: sources})
	if err != nil {
		return nil, nil, err
	}
	choice := selection.Choose(ctx, set)
	choice.Log = log
	if choice.Why != nil {
		log.Warn("rules are selected in a slower way, which finds the same", "means", string(choice.Means), "why", choice.Why.Error())
	}
	return set, choice, nil
}

// Decode makes the set and the index of what [Build] encoded. The error says why it
// can't be used with these sources.
func Decode(text []byte, sources []ruleset.Source) (set *ruleset.Set, index *selection.Index, err error) {
	defer func() {
		if p := recover(); p != nil {
			set, index, err = nil, nil, fmt.Errorf("reading what was built ahead panics: %v", p)
		}
	}()
	var kept artefact
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&kept); err != nil {
		return nil, nil, fmt.Errorf("what was built ahead can't be read: %w", err)
	}
	fingerprint, err := ruleset.Fingerprint(sources)
	if err != nil {
		return nil, nil, err
	}
	if kept.Format != format || kept.Fingerprint != fingerprint {
		return nil, nil, errors.New("what was built ahead is of other rules or settings, or of another version")
	}
	if set, err = ruleset.LoadAhead(sources, kept.Set); err != nil {
		return nil, nil, err
	}
	index, err = selection.New(kept.Conditions)
	return set, index, err
}

// Derive makes the set and the index from the sources alone.
func Derive(ctx context.Context, sources []ruleset.Source) (*ruleset.Set, *selection.Index, error) {
	set, err := ruleset.Load(ctx, ruleset.Options{Sources: sources})
	if err != nil {
		return nil, nil, err
	}
	index, err := selection.New(selection.Derive(ctx, set))
	return set, index, err
}
