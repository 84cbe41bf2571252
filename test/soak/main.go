// Command soak sends generated records through the whole pipeline, a year of them, with
// faults and copies among them, and compares what becomes of each with an oracle that goes
// by rules and times alone. It ends with an error when one differs, or when memory or
// goroutines grow. It knows nothing of AWS, and says nothing about how fast anything is.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"trailbell/internal/state/bolt"
	"trailbell/internal/state/memory"
	"trailbell/internal/suppress"
)

// The heap may grow by this much after the first quarter, by when whatever is remembered
// for a time has its full size.
const (
	growth = 1.25
	slack  = 16 << 20 // bytes
)

const samples = 20

func main() {
	records := flag.Int("records", 1_000_000, "how many; a quarter of them for bolt when both are asked for, which takes as long")
	store := flag.String("store", "both", "memory, bolt or both")
	faults := flag.Int("faults", 1000, "one call in so many fails")
	folder := flag.String("dir", "", "where the file of bolt is put; a folder in memory takes the disk out of it")
	flag.Parse()
	var errs []error
	for _, name := range []string{"memory", "bolt"} {
		if *store == name || *store == "both" {
			n := *records
			if name == "bolt" && *store == "both" {
				n /= 4
			}
			if err := measure(name, *folder, n, *faults); err != nil {
				errs = append(errs, fmt.Errorf("%s: %w", name, err))
			}
		}
	}
	if err := errors.Join(errs...); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// open makes the store, and says how large its file is.
func open(name, folder string) (store suppress.Store, size func() int64, done func(), err error) {
	if name == "memory" {
		return memory.New(), func() int64 { return 0 }, func() {}, nil
	}
	folder, err = os.MkdirTemp(folder, "soak-")
	if err != nil {
		return nil, nil, nil, err
	}
	path := filepath.Join(folder, "state")
	file, err := bolt.Open(path)
	if err != nil {
		return nil, nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	size = func() int64 {
		info, err := os.Stat(path)
		if err != nil {
			return -1
		}
		return info.Size()
	}
	return file, size, func() { _ = file.Close(); _ = os.RemoveAll(folder) }, nil
}

// A sample is what the process had at some moment.
type sample struct {
	heap       uint64
	goroutines int
	file       int64
}

func measure(name, folder string, records, faults int) error {
	ctx := context.Background()
	store, size, done, err := open(name, folder)
	if err != nil {
		return err
	}
	defer done()
	s, err := newSoak(ctx, store, faults)
	if err != nil {
		return err
	}
	fmt.Printf("store %s\n%10s %8s %9s %10s %9s %8s %8s %7s %8s\n", name, "records", "heap MB", "file MB", "goroutines", "alerts", "told", "faults", "copies", "seconds")
	var all []sample
	begin, every := time.Now(), max(records/samples/perFile, 1)
	for n := 1; n*perFile <= records; n++ {
		if err := s.file(ctx, perFile); err != nil {
			return err
		}
		if n%every == 0 {
			all = append(all, s.sample(size()))
			s.row(n*perFile, all[len(all)-1], begin)
			s.restart()
		}
	}
	if err := s.end(ctx); err != nil {
		return err
	}
	return judge(all)
}

func (s *soak) sample(file int64) sample {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return sample{m.HeapAlloc, runtime.NumGoroutine(), file}
}

func (s *soak) row(n int, now sample, begin time.Time) {
	fmt.Printf("%10d %8.1f %9.1f %10d %9d %8d %8d %7d %8.0f\n", n, float64(now.heap)/(1<<20), float64(now.file)/(1<<20), now.goroutines,
		s.oracle.alerts, s.oracle.told, s.store.chance.injected+s.place.chance.injected, s.heard.copies, time.Since(begin).Seconds())
}

// end asks for what is still due. Then nothing may be untold.
func (s *soak) end(ctx context.Context) error {
	if err := s.flush(ctx, s.now.Add(time.Hour)); err != nil {
		return err
	}
	if len(s.oracle.counted) > 0 {
		return fmt.Errorf("%d follow-ups never came: %v", len(s.oracle.counted), s.oracle.counted)
	}
	fmt.Printf("%d alerts as the oracle has them, %d repeats told by follow-ups, none missing; %d messages; %d calls to the store; %d copies of records led to nothing; %d tries anew after %d faults\n\n",
		s.oracle.alerts, s.oracle.told, s.place.messages, s.store.calls, s.repeated, s.retries, s.store.chance.injected+s.place.chance.injected)
	return nil
}

// judge says whether memory and goroutines stay as they were after the first quarter.
func judge(all []sample) error {
	if len(all) < samples/2 {
		return nil // too short to tell
	}
	quarter := all[len(all)/4]
	for _, later := range all[len(all)/4:] {
		if float64(later.heap) > growth*float64(quarter.heap)+slack {
			return fmt.Errorf("the heap grows: %d MB after a quarter, then %d", quarter.heap>>20, later.heap>>20)
		}
		if later.goroutines > quarter.goroutines+2 {
			return fmt.Errorf("goroutines grow: %d after a quarter, then %d", quarter.goroutines, later.goroutines)
		}
		if float64(later.file) > growth*float64(quarter.file)+slack {
			return fmt.Errorf("the file grows: %d MB after a quarter, then %d", quarter.file>>20, later.file>>20)
		}
	}
	return nil
}
