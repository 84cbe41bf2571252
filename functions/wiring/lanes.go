package wiring

import (
	"context"
	"log/slog"

	"trailbell/internal/config"
	"trailbell/internal/pipeline"
	"trailbell/internal/reconcile"
)

// lanes is the ledger of lanes and how it begins, and nothing where there is one lane only.
// Its faults are its own: it has the same table and queue as what remembers alerts, and
// apart from it decides when they are down.
func lanes(conf config.Detect, store reconcile.Store, timer reconcile.Timer, log *slog.Logger) (pipeline.Ledger, func(context.Context) error) {
	if !conf.CompareLanes {
		return nil, func(context.Context) error { return nil }
	}
	ledger := reconcile.New(reconcile.Options{
		Store: store, Timer: timer, Files: conf.ByFiles, Log: log,
		Home: reconcile.Home{Account: conf.Account, Region: conf.Region, Reads: !conf.NoReads},
	})
	return ledger, ledger.Begin
}
