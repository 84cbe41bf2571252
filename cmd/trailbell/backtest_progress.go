package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// progress shows how far a backtest is, on one line that is written anew, and only where
// a person looks. It is safe for concurrent use.
type progress struct {
	to      io.Writer // nil where nobody looks
	total   int64     // bytes
	bytes   atomic.Int64
	records atomic.Int64
}

func newProgress(stderr io.Writer, total int64) *progress {
	p := &progress{total: total}
	if isTerminal(stderr) {
		p.to = stderr
	}
	return p
}

// isTerminal says whether a person is at the other end of a stream.
func isTerminal(stream any) bool {
	file, is := stream.(*os.File)
	if !is {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const (
	progressEvery = time.Second
	// clearLine is what a terminal takes for: go to the beginning and remove what is there.
	clearLine = "\r\x1b[K"
)

// begin shows the line until what it returns is called.
func (p *progress) begin() (end func()) {
	if p.to == nil {
		return func() {}
	}
	began, stop, stopped := time.Now(), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-stop:
				fmt.Fprint(p.to, clearLine)
				return
			case <-tick.C:
				fmt.Fprint(p.to, clearLine+p.line(time.Since(began)))
			}
		}
	}()
	return func() { close(stop); <-stopped }
}

// line is how far it is after a time.
func (p *progress) line(after time.Duration) string {
	done, records := p.bytes.Load(), p.records.Load()
	seconds := max(after.Seconds(), 0.001)
	line := fmt.Sprintf("%d records, %.0f a second, %.1f MB a second", records, float64(records)/seconds, float64(done)/1e6/seconds)
	if p.total <= 0 || done <= 0 {
		return line
	}
	part := min(float64(done)/float64(p.total), 1)
	left := time.Duration(float64(after) * (1 - part) / part).Round(time.Second)
	return fmt.Sprintf("%3.0f %%, %s left, %s", 100*part, left, line)
}

// counting is a reader whose bytes count.
func (p *progress) counting(from io.Reader) io.Reader { return counted{from, &p.bytes} }

type counted struct {
	from  io.Reader
	bytes *atomic.Int64
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.from.Read(b)
	c.bytes.Add(int64(n))
	return n, err
}
