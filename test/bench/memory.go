package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"runtime/metrics"
	"strconv"
	"syscall"
	"time"

	"github.com/klauspost/compress/gzip"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
	"trailbell/internal/ingest"
)

// streamed are the sizes of the files whose way through the pipeline is watched, unpacked.
var streamed = []int64{1 << 20, 1 << 30}

// A usage is what a process needed for a file.
type usage struct {
	Records int
	Fired   int
	Heap    uint64 // bytes, the most that was seen
	Seconds float64
	Peak    int64 // bytes that were in memory at most
}

// memory shows that a file's size does not matter to the memory that it takes.
func memory(ctx context.Context, w io.Writer, _ int) error {
	fmt.Fprintf(w, "\n## Memory for one file, with %d rules\n\n| MB unpacked | records | rules fired | most in memory, MB | of these heap, MB | s |\n|--:|--:|--:|--:|--:|--:|\n", archiveRules)
	for _, size := range streamed {
		used, err := streamProcess(ctx, size)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| %d | %d | %d | %.0f | %.0f | %.1f |\n", size>>20, used.Records, used.Fired, float64(used.Peak)/(1<<20), float64(used.Heap)/(1<<20), used.Seconds)
	}
	return nil
}

// streamProcess feeds a file to a process of its own. The file is made as it is read, and
// the process that makes it is not the one that is measured.
func streamProcess(ctx context.Context, size int64) (usage, error) {
	self, err := os.Executable()
	if err != nil {
		return usage{}, err
	}
	cmd := exec.CommandContext(ctx, self, "-stream", strconv.FormatInt(size, 10))
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return usage{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return usage{}, err
	}
	if err := cmd.Start(); err != nil {
		return usage{}, err
	}
	written := make(chan error, 1)
	go func() { written <- errors.Join(writeStream(in, size), in.Close()) }()
	var used usage
	err = json.NewDecoder(out).Decode(&used)
	err = errors.Join(err, <-written, cmd.Wait())
	return used, err
}

// writeStream writes a compressed log file of at least the size unpacked. Its records are
// the same few thousand over and over, since to make them takes longer than to read them.
func writeStream(w io.Writer, size int64) error {
	_, wanted := makeRules(archiveRules)
	records := newRecorder(1, wanted, 0.01).records(4 * recordsPerFile)
	packed, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return err
	}
	written := int64(0)
	write := func(text string) {
		if err == nil {
			_, err = io.WriteString(packed, text)
			written += int64(len(text))
		}
	}
	write(`{"Records":[`)
	for i := 0; err == nil && written < size; i++ {
		if i > 0 {
			write(",")
		}
		write(string(records[i%len(records)]))
	}
	write("]}")
	return errors.Join(err, packed.Close())
}

// streamOnce is the process that is measured: it reads, selects and evaluates what comes
// on standard input.
func streamOnce(ctx context.Context, size int64) error {
	d, err := deploy(ctx, archiveRules)
	if err != nil {
		return err
	}
	used, watched := usage{}, make(chan struct{})
	done := watchHeap(&used.Heap, watched)
	start := time.Now()
	reader := ingest.Reader{Paths: d.index.Paths(), Fleeting: true, MaxUnpacked: 2 * size}
	for rec, problem := range reader.Records(os.Stdin, "standard input") {
		if problem != nil {
			return fmt.Errorf("%s: %s", problem.What, problem.Why)
		}
		used.Records++
		used.Fired += d.judge(ctx, rec)
	}
	used.Seconds = time.Since(start).Seconds()
	close(watched)
	<-done
	if used.Peak, err = peak(); err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(used)
}

// peak is the most of this process that was in memory, in bytes. What getrusage says
// includes the parent, whose memory a process has until it starts its own program; that
// is the answer only where the system has no other.
func peak() (int64, error) {
	most, err := peakIn("/proc/self/status")
	if errors.Is(err, fs.ErrNotExist) {
		var usage syscall.Rusage
		err = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
		return usage.Maxrss, err
	}
	return most, err
}

// watchHeap keeps the most that the heap held, until it is told to stop.
func watchHeap(most *uint64, stop <-chan struct{}) (done <-chan struct{}) {
	ended := make(chan struct{})
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	go func() {
		defer close(ended)
		for {
			metrics.Read(sample)
			*most = max(*most, sample[0].Value.Uint64())
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond):
			}
		}
	}()
	return ended
}

// judge is what becomes of a record that was read: how many rules fire.
func (d *deployed) judge(ctx context.Context, rec cloudtrail.Record) int {
	fired := 0
	for _, outcome := range d.engine.Evaluate(ctx, rec, d.index.Select(rec)) {
		if outcome.Verdict == detection.Fired {
			fired++
		}
	}
	return fired
}
