package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"trailbell/internal/state"
	"trailbell/internal/state/memory"
	"trailbell/internal/state/statetest"
	"trailbell/internal/suppress"
)

var now = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func ExampleOpen() {
	folder, _ := os.MkdirTemp("", "")
	defer os.RemoveAll(folder)
	ctx := context.Background()
	for _, run := range []string{"first run", "second run"} {
		store, err := Open(filepath.Join(folder, "state"))
		if err != nil {
			fmt.Println(err)
			return
		}
		claim, _ := store.Claim(ctx, "alert 1", run, now, now.Add(30*time.Second))
		fmt.Println(run, claim.Outcome, store.Done(ctx, "alert 1", now.Add(35*24*time.Hour)), store.Close())
	}
	// Output:
	// first run mine <nil> <nil>
	// second run done <nil> <nil>
}

// fresh is a new store. It does not wait for the disk, which is the kernel's business.
func fresh(t *testing.T) *Store {
	t.Helper()
	return opened(t, filepath.Join(t.TempDir(), "state"))
}

func opened(t *testing.T, path string) *Store {
	t.Helper()
	store, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	store.db.NoSync = true
	t.Cleanup(func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	return store
}

func TestContract(t *testing.T) {
	statetest.Run(t, func(t *testing.T) suppress.Store { return fresh(t) })
}

func TestItAnswersAsTheStoreInMemoryDoes(t *testing.T) {
	for seed := range uint64(10) {
		statetest.Compare(t, seed, 500, memory.New(), fresh(t))
	}
}

func TestAFileThatCanNotBeUsedIsRefusedWithItsName(t *testing.T) {
	folder := t.TempDir()
	write := func(name string, content []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	foreign := func(name string, bucket string, value string) string {
		path := filepath.Join(folder, name)
		db, err := bbolt.Open(path, 0o600, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		if err := db.Update(func(tx *bbolt.Tx) error {
			b, err := tx.CreateBucket([]byte(bucket))
			return errors.Join(err, b.Put([]byte("="), []byte(value)))
		}); err != nil {
			t.Fatal(err)
		}
		return path
	}
	tests := []struct{ name, path, err string }{
		{"text", write("text", []byte("These are notes and no state file.\n")), "it is no state file, or it is damaged"},
		{"a page of zeros", write("zeros", make([]byte, 1<<16)), "it is no state file, or it is damaged"},
		{"noise", write("noise", bytes.Repeat([]byte("noise"), 20_000)), "it is no state file, or it is damaged"},
		{"another program's", foreign("foreign", "wallet", ""), "it is a bbolt file of another program"},
		{"a later version's", foreign("later", "trailbell", `{"format":2}`), "it has format 2"},
		{"a folder", folder, "is a directory"},
		{"in a folder that is not there", filepath.Join(folder, "none", "state"), "no such file or directory"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			before, _ := os.ReadFile(test.path)
			store, err := Open(test.path)
			if err == nil {
				store.Close()
				t.Fatal("it was opened")
			}
			if !strings.HasPrefix(err.Error(), "open state file "+test.path+": ") || !strings.Contains(err.Error(), test.err) {
				t.Errorf("error %v", err)
			}
			if after, _ := os.ReadFile(test.path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}

func TestAFileThatMayNotBeWrittenIsRefused(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("SKIPPED: root may write everything")
	}
	path := filepath.Join(t.TempDir(), "state")
	opened(t, path).Close()
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path); !errors.Is(err, os.ErrPermission) {
		t.Errorf("error %v", err)
	}
}

func TestAFileThatAnotherHasIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	opened(t, path)
	if _, err := open(path, time.Millisecond); err == nil || !strings.Contains(err.Error(), path+": another process is using it") {
		t.Errorf("error %v", err)
	}
}

func TestAClosedStoreAnswersWithErrors(t *testing.T) {
	store := fresh(t)
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	_, claimErr := store.Claim(t.Context(), "id", "me", now, now)
	_, membersErr := store.Members(t.Context(), "set", 0)
	for _, err := range []error{claimErr, membersErr, store.Done(t.Context(), "id", now)} {
		if err == nil || !strings.Contains(err.Error(), "database not open") {
			t.Errorf("error %v", err)
		}
	}
}

// things counts what is kept, and sets.
func things(t *testing.T, s *Store) (kept, sets int) {
	t.Helper()
	err := s.db.View(func(tx *bbolt.Tx) error {
		kept = tx.Bucket(claimsBucket).Stats().KeyN + tx.Bucket(entriesBucket).Stats().KeyN
		return tx.Bucket(setsBucket).ForEachBucket(func(name []byte) error {
			sets++
			kept += tx.Bucket(setsBucket).Bucket(name).Stats().KeyN
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return kept, sets
}

func TestWhatHasBeenOverForADayIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	s := opened(t, path)
	for i := range 300 {
		id, until := fmt.Sprint(i), now.Add(time.Duration(1+i%3)*time.Hour)
		_, claimErr := s.Claim(t.Context(), id, "me", now, until)
		_, leadErr := s.Lead(t.Context(), id, state.Entry{By: "me", Until: until}, now)
		joinErr := s.Join(t.Context(), fmt.Sprint(i%6), []state.Member{{ID: id}}, until)
		if err := errors.Join(claimErr, leadErr, joinErr); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name       string
		now        time.Time
		kept, sets int
	}{
		{"a day after a third is over, to the moment", now.Add(25 * time.Hour), 901, 6},
		{"an hour later", now.Add(26*time.Hour + time.Second), 301, 2},
		{"when the store has just looked", now.Add(27 * time.Hour), 301, 2},
		{"a week later", now.Add(170 * time.Hour), 1, 0},
		{"by a clock that is wrong by years", now.Add(-20_000 * time.Hour), 1, 0},
	} {
		if _, err := s.Claim(t.Context(), "the one", "me", test.now, test.now); err != nil {
			t.Fatal(err)
		}
		if kept, sets := things(t, s); kept != test.kept || sets != test.sets {
			t.Errorf("%s: %d things in %d sets, want %d in %d", test.name, kept, sets, test.kept, test.sets)
		}
	}
}

// bbolt panics where a page is damaged. The process must live on, and the lock be free.
func TestADamagedPageIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "state")
	store, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	var many []state.Member
	for i := range 2000 {
		many = append(many, state.Member{ID: strings.Repeat("x", 100) + fmt.Sprint(i)})
	}
	if err := errors.Join(store.Join(t.Context(), "set", many, now), store.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// Only pages with members, so that the file can be opened.
	size, damaged := os.Getpagesize(), 0
	for page := range slices.Chunk(content, size) {
		if bytes.Contains(page, []byte(many[0].ID[:100])) {
			copy(page, bytes.Repeat([]byte{0xff}, size))
			damaged++
		}
	}
	if damaged == 0 {
		t.Fatal("no page with members")
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	store, err = Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for range 2 {
		_, membersErr := store.Members(t.Context(), "set", 0)
		for _, err := range []error{membersErr, store.Join(t.Context(), "set", many[:1], now)} {
			if err == nil || !strings.Contains(err.Error(), "damaged") {
				t.Errorf("error %v", err)
			}
		}
	}
}
