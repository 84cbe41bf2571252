package backtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/klauspost/compress/gzip"

	"trailbell/internal/detection"
)

// What the first line of a part says it is.
const (
	partKind    = "backtest part"
	partVersion = 1
)

// PartText is how many bytes of entries make a part, unpacked: about a tenth of that, packed,
// is in memory for each part that is joined at the same time as others.
const PartText = 64 << 20

// maxFileText is how many a single file may have. What is beyond is counted and left out:
// somebody made that file.
const maxFileText = 4 * PartText

// maxEntry is how many bytes one record may take in a part: far more than one that AWS
// writes, and less than somebody could make up to fill a part by himself.
const maxEntry = 256 << 10

// A Head is the first line of a part: what a machine has counted of a batch of files. All
// numbers are of this part alone.
type Head struct {
	Kind          string `json:"kind"`
	SchemaVersion int    `json:"schema_version"`
	// Rules is the fingerprint of the rules that were asked.
	Rules string `json:"rules"`
	// Run and Batch name the work: parts of one batch go on where another ended.
	Run   string `json:"run"`
	Batch string `json:"batch"`
	// From and Until are which of the batch's Of files the part is about: from the one
	// that is number From, counted from 0 in the order of [InOrder], up to that before Until.
	From  int `json:"from"`
	Until int `json:"until"`
	Of    int `json:"of"`
	// First is the name of the first file, empty where there is none.
	First   string `json:"first"`
	Files   int    `json:"files"`
	Records int    `json:"records"`
	Bytes   int64  `json:"bytes"`
	// Entries are records that rules had something to say about, and problems. LeftOut
	// counts those that there was no room for.
	Entries int `json:"entries"`
	LeftOut int `json:"left_out"`
}

// A Counted is what came of one file.
type Counted struct {
	Name    string
	Records int
	Bytes   int64 // as it lies there
	// Earliest is the first eventTime of all records; Latest is the last of those behind
	// the last entry.
	Earliest, Latest time.Time
	// LeftOut counts entries that were too large.
	LeftOut int

	entries [][]byte // each the JSON of an Entry
	size    int
}

// A line is what a part has behind its head: a file, its entries, its end, and so on.
type line struct {
	File  *string `json:"file,omitempty"`
	Entry *Entry  `json:"entry,omitempty"`
	End   *ending `json:"end,omitempty"`
}

type ending struct {
	Records  int       `json:"records"`
	Bytes    int64     `json:"bytes"`
	Earliest time.Time `json:"earliest,omitzero"`
	Latest   time.Time `json:"latest,omitzero"`
}

// An Entry is a record that rules had something to say about, or a problem in the place of
// one.
type Entry struct {
	// After is the latest eventTime of the records between this entry and the last.
	After   time.Time `json:"after,omitzero"`
	Problem *Unread   `json:"problem,omitempty"`
	// Record is what of the record decides whether a finding is sent, and who did it.
	Record    json.RawMessage `json:"record,omitempty"`
	Test      bool            `json:"test,omitempty"`
	Heartbeat bool            `json:"heartbeat,omitempty"`
	Said      []Said          `json:"said,omitempty"`
}

// A Said is what a rule said of a record.
type Said struct {
	Rule     detection.RuleID `json:"rule"`
	Fired    bool             `json:"fired"`
	Severity int              `json:"severity,omitempty"`
	Group    []string         `json:"group"` // null where METADATA says it
	AtOnce   bool             `json:"at_once,omitempty"`
	Lower    bool             `json:"lower,omitempty"`
	Failures []Failed         `json:"failures,omitempty"`
}

// A Failed is a part of a rule that gave no usable answer.
type Failed struct {
	Part  string          `json:"part"`
	Cause detection.Cause `json:"cause"`
	Why   string          `json:"why"`
}

// An Unread is what could not be read, without its bytes.
type Unread struct {
	What     string           `json:"what"`
	Why      string           `json:"why"`
	Where    string           `json:"where"`
	EventID  string           `json:"event_id,omitempty"`
	Rule     detection.RuleID `json:"rule,omitempty"`
	Severity int              `json:"severity"`
	Account  string           `json:"account,omitempty"`
	Region   string           `json:"region,omitempty"`
}

func unreadOf(p detection.Problem) *Unread {
	return &Unread{p.What, p.Why, p.Where, p.EventID, p.Rule, int(p.Severity), p.Account, p.Region}
}

// Detection is the problem as the pipeline takes it.
func (u Unread) Detection() detection.Problem {
	return detection.Problem{
		What: u.What, Why: u.Why, Where: u.Where, EventID: u.EventID, Rule: u.Rule,
		Severity: detection.Severity(u.Severity), Account: u.Account, Region: u.Region,
	}
}

// A Part is made of files, in the order of [InOrder]. It is for one goroutine, and as
// large as what was found.
type Part struct {
	// Room is how many bytes of entries it takes, [PartText] if nothing else is said.
	Room int

	head Head
	size int // of entries, unpacked
	body bytes.Buffer
	zip  *gzip.Writer
}

// NewPart begins a part, whose head says which rules, run and batch it is of, and From and
// Of.
func NewPart(head Head) *Part {
	head.Kind, head.SchemaVersion, head.Until = partKind, partVersion, head.From
	p := &Part{head: head, Room: PartText}
	p.zip = gzip.NewWriter(&p.body)
	return p
}

// Fits says whether the part has room for a file. The first one always fits.
func (p *Part) Fits(file Counted) bool { return p.head.Files == 0 || p.size+file.size <= p.Room }

// Add takes what came of the next file into the part. The error is that it can't be
// written, which is a fault of ours.
func (p *Part) Add(file Counted) error {
	if p.head.Files == 0 {
		p.head.First = file.Name
	}
	p.head.Files++
	p.head.Until++
	p.head.Records += file.Records
	p.head.Bytes += file.Bytes
	p.head.LeftOut += file.LeftOut
	p.size += file.size
	if err := p.write(line{File: &file.Name}); err != nil {
		return err
	}
	for _, entry := range file.entries {
		p.head.Entries++
		if _, err := p.zip.Write(slices.Concat([]byte(`{"entry":`), entry, []byte("}\n"))); err != nil {
			return fmt.Errorf("write an entry of %s: %w", file.Name, err)
		}
	}
	return p.write(line{End: &ending{file.Records, file.Bytes, file.Earliest, file.Latest}})
}

func (p *Part) write(l line) error {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = p.zip.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write a line of a part: %w", err)
	}
	return nil
}

// Head is what the part holds by now.
func (p *Part) Head() Head { return p.head }

// Bytes ends the part, and is its JSON lines, packed with gzip. The same files give the
// same bytes.
func (p *Part) Bytes() ([]byte, error) {
	var all bytes.Buffer
	first := gzip.NewWriter(&all)
	err := json.NewEncoder(first).Encode(p.head)
	if err == nil {
		err = first.Close()
	}
	if err == nil {
		err = p.zip.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("pack a part: %w", err)
	}
	_, err = p.body.WriteTo(&all)
	return all.Bytes(), err
}

// Outcome is what was said, as the rule itself would have answered, without what only a
// reader of the alert needs.
func (s Said) Outcome(rule detection.Rule) detection.Outcome {
	o := detection.Outcome{Rule: rule, Verdict: detection.Undecided}
	if s.Fired {
		o.Verdict = detection.Fired
		o.Finding = detection.Finding{
			Rule: rule, Title: rule.Title, Severity: detection.Severity(s.Severity), Group: s.Group, AtOnce: s.AtOnce, Lower: s.Lower,
		}
	}
	for _, f := range s.Failures {
		o.Failures = append(o.Failures, detection.Failure{Part: f.Part, Cause: f.Cause, Err: errors.New(f.Why)})
	}
	return o
}
