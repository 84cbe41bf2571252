package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	fast "github.com/klauspost/compress/gzip"
)

const (
	// A backtest is over so many days, each of so many files.
	backtestDays, filesOfADay = 16, 10
	backtestRecords           = backtestDays * filesOfADay * recordsPerFile
	// sampleFiles are given to OPA: it takes too long over all.
	sampleFiles, sampleRecords = 2, 2 * recordsPerFile
)

// A workplace is a folder with what is compared: programs, rules and an archive.
type workplace struct {
	folder         string
	trailbell, opa string
	gunzip         []string // the command that unpacks files, and its name
	gunzipName     string
	archive        []string // files, in order
	raw            int      // bytes of the archive, unpacked
}

// at is a path in the workplace.
func (p *workplace) at(name string) string { return filepath.Join(p.folder, name) }

// backtest compares the commands as a user starts them: trailbell over an archive on the
// disk, gzip over the same files, and OPA over the records of a few of them.
func backtest(ctx context.Context, w io.Writer, rounds int) error {
	folder, err := os.MkdirTemp("", "trailbell-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	p := &workplace{folder: folder}
	if err := errors.Join(p.build(ctx), p.fill()); err != nil {
		return err
	}
	fired, err := p.same(ctx)
	if err != nil {
		return err
	}
	rows := []*command{
		{name: p.gunzipName, args: append(p.gunzip, p.archive...), records: backtestRecords},
		{name: "trailbell backtest", args: []string{p.trailbell, "backtest", "--only-rules", p.at("rules"), "--format", "json", p.at("archive")}, records: backtestRecords},
		{name: "opa eval over a sample, without its start", args: p.ask("sample.json"), records: sampleRecords},
	}
	start := &command{args: p.ask("none.json")}
	for range rounds/2 + 1 { // in turns, so that what disturbs a round disturbs all
		for _, c := range append(rows, start) {
			if err := c.run(ctx); err != nil {
				return err
			}
		}
	}
	rows[2].less(start)
	p.write(w, rows, fired)
	return nil
}

func (p *workplace) write(w io.Writer, rows []*command, fired int) {
	fmt.Fprintf(w, "\n## A backtest: %d files on the disk, %d records, %d MB unpacked, %d rules\n\n"+
		"| command | records | s | processor s | µs a record | times gunzip | most in memory, MB |\n|---|--:|--:|--:|--:|--:|--:|\n",
		len(p.archive), backtestRecords, p.raw/1e6, archiveRules)
	base := rows[0].each()
	for _, c := range rows {
		times := make([]float64, len(base))
		for i, each := range c.each() {
			times[i] = float64(each) / float64(base[i])
		}
		fmt.Fprintf(w, "| %s | %d | %.2f | %.2f | %.2f | %.2f | %.0f |\n", c.name, c.records, middleOf(c.clock).Seconds(), middleOf(c.processor).Seconds(),
			float64(middleOf(c.each()))/1e3, middleOf(times), float64(c.peak)/(1<<20))
	}
	fmt.Fprintf(w, "\nµs and times are of the processor, for each record. OPA gets the records of %d of the files as one JSON document,\n"+
		"and counts the rules whose `match` is true with each record as the input. trailbell finds the same %d in these files.\n", sampleFiles, fired)
}

// A command is a process that is started in every round.
type command struct {
	name             string
	args             []string
	records          int
	clock, processor []time.Duration
	peak             int64 // bytes, the most of all rounds
}

// each is what a record took of the processor, by round.
func (c *command) each() []time.Duration {
	var all []time.Duration
	for _, took := range c.processor {
		all = append(all, took/time.Duration(c.records))
	}
	return all
}

// less takes what another command took in the same round off this one.
func (c *command) less(other *command) {
	for i := range c.processor {
		c.processor[i] -= other.processor[i]
		c.clock[i] -= other.clock[i]
	}
}

// run starts the command and throws away what it prints.
func (c *command) run(ctx context.Context) error {
	cmd := exec.CommandContext(ctx, c.args[0], c.args[1:]...)
	cmd.Stderr = os.Stderr
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return err
	}
	stop, most := make(chan struct{}), make(chan int64)
	go func() { most <- watchPeak(cmd.Process.Pid, stop) }()
	err := cmd.Wait()
	c.clock = append(c.clock, time.Since(began))
	close(stop)
	c.peak = max(c.peak, <-most)
	if err != nil {
		return fmt.Errorf("%s: %w", c.args[0], err)
	}
	c.processor = append(c.processor, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	return nil
}

// watchPeak looks again and again how much of a process was in memory at most, in bytes,
// until it is told to stop. What the system says when a process is over has that of its
// parent in it, as peak explains.
func watchPeak(pid int, stop <-chan struct{}) (most int64) {
	for {
		if n, err := peakIn(fmt.Sprintf("/proc/%d/status", pid)); err == nil {
			most = n
		}
		select {
		case <-stop:
			return most
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// peakIn is the most that was in memory, in bytes, of the process of a status file.
func peakIn(file string) (int64, error) {
	status, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(status)) {
		if kilobytes, found := strings.CutPrefix(line, "VmHWM:"); found {
			n, err := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(kilobytes), " kB"), 10, 64)
			return n << 10, err
		}
	}
	return 0, fmt.Errorf("%s has no VmHWM", file)
}

// build makes the programs. It needs the checkout as its working folder, as make bench does.
func (p *workplace) build(ctx context.Context) error {
	p.trailbell, p.opa = p.at("trailbell"), p.at("opa")
	for _, args := range [][]string{
		{"build", "-o", p.trailbell, "./cmd/trailbell"},
		{"build", "-modfile=tools/go.mod", "-o", p.opa, "github.com/open-policy-agent/opa"},
	} {
		cmd := exec.CommandContext(ctx, "go", args...)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
		}
	}
	if found, err := exec.LookPath("gzip"); err == nil {
		p.gunzip, p.gunzipName = []string{found, "-dc"}, "gzip -dc"
		return nil
	}
	self, err := os.Executable()
	p.gunzip, p.gunzipName = []string{self, "-gunzip"}, "gunzip, klauspost/compress (there is no gzip here)"
	return err
}

// fill writes the rules, the archive and the sample.
func (p *workplace) fill() error {
	files, wanted := makeRules(archiveRules)
	for name, file := range files {
		if err := p.put("rules/"+name, file.Data); err != nil {
			return err
		}
	}
	// To make records takes longer than to read them: each day has those of the first one,
	// with ids of its own.
	records := newRecorder(100, wanted, 0.01).records(filesOfADay * recordsPerFile)
	sizes, errs := make([]int, backtestDays), make([]error, backtestDays)
	var wg sync.WaitGroup
	for day := range backtestDays {
		wg.Go(func() { sizes[day], errs[day] = p.day(day, records) })
		for file := range filesOfADay {
			p.archive = append(p.archive, p.at(archiveName(day, file)))
		}
	}
	wg.Wait()
	for _, size := range sizes {
		p.raw += size
	}
	sample := bytes.Join(ofDay(0, records)[:sampleRecords], []byte(","))
	return errors.Join(append(errs,
		p.put("sample.json", []byte(`{"Records":[`), sample, []byte("]}")), p.put("none.json", []byte(`{"Records":[]}`)),
		p.put("count.rego", []byte("package count\n\nfired := count([1 | some record in input.Records; data.rules.bench[_].match with input as record])\n")))...)
}

// archiveName is the name of a file as CloudTrail gives it.
func archiveName(day, file int) string {
	at := timeOf(day, float64(file+1)/filesOfADay)
	return "archive/100000000000_CloudTrail_us-east-1_" + at.Format("20060102T1504Z") + "_x.json.gz"
}

// timeOf is the time after a part of a day.
func timeOf(day int, part float64) time.Time {
	return time.Date(2026, 11, 1+day, 0, 0, int(part*24*60*60), 0, time.UTC)
}

// day writes the files of a day, and returns their size unpacked.
func (p *workplace) day(day int, records [][]byte) (raw int, err error) {
	own := ofDay(day, records)
	for file := range filesOfADay {
		packed, size := logFile(own[file*recordsPerFile:][:recordsPerFile])
		raw += size
		err = errors.Join(err, p.put(archiveName(day, file), packed))
	}
	return raw, err
}

// ofDay are the records as of another day, one after the other, with other ids.
func ofDay(day int, records [][]byte) [][]byte {
	moved := make([][]byte, len(records))
	for i, record := range records {
		moved[i] = bytes.Clone(record)
		put := func(behind, what string) {
			_, at, _ := bytes.Cut(moved[i], []byte(behind))
			copy(at, what)
		}
		put(`"eventTime":"`, timeOf(day, float64(i)/float64(len(records))).Format(time.RFC3339))
		put(`"eventID":"`, fmt.Sprintf("%04x", day))
	}
	return moved
}

func (p *workplace) put(name string, text ...[]byte) error {
	full := p.at(name)
	if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil {
		return err
	}
	return os.WriteFile(full, bytes.Join(text, nil), 0o644)
}

// ask is OPA's command for a file of records.
func (p *workplace) ask(file string) []string {
	return []string{p.opa, "eval", "--format", "raw", "--data", p.at("rules"), "--data", p.at("count.rego"), "--input", p.at(file), "data.count.fired"}
}

// same makes sure that both find as much in the sample, and says how much.
func (p *workplace) same(ctx context.Context) (int, error) {
	said, err := exec.CommandContext(ctx, p.ask("sample.json")[0], p.ask("sample.json")[1:]...).Output()
	if err != nil {
		return 0, fmt.Errorf("opa: %w: %s", err, said)
	}
	byOPA, err := strconv.Atoi(strings.TrimSpace(string(said)))
	if err != nil {
		return 0, err
	}
	args := append([]string{"backtest", "--only-rules", p.at("rules"), "--format", "json"}, p.archive[:sampleFiles]...)
	text, err := exec.CommandContext(ctx, p.trailbell, args...).Output()
	if err != nil {
		return 0, fmt.Errorf("trailbell: %w", err)
	}
	var report struct {
		Records int
		Rules   map[string]struct {
			Alerts   int
			Withheld map[string]int
		}
	}
	if err := json.Unmarshal(text, &report); err != nil {
		return 0, err
	}
	fired := 0
	for _, rule := range report.Rules {
		fired += rule.Alerts
		for _, n := range rule.Withheld {
			fired += n
		}
	}
	if fired != byOPA || fired == 0 || report.Records != sampleRecords {
		return 0, fmt.Errorf("of %d records trailbell finds %d, and OPA %d", report.Records, fired, byOPA)
	}
	return fired, nil
}

// unpackFiles is the process that takes gzip's place where there is none.
func unpackFiles(files []string) error {
	for _, file := range files {
		from, err := os.Open(file)
		if err != nil {
			return err
		}
		unpack(must(fast.NewReader(from)))
		if err := from.Close(); err != nil {
			return err
		}
	}
	return nil
}
