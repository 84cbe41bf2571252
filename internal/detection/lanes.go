package detection

// A Lane is a way by which records arrive, as far as it matters that one of them misses
// what another brought. Other ways than these two are not compared.
type Lane string

// The lanes.
const (
	// LaneBus is EventBridge: seconds after the call, by best effort.
	LaneBus Lane = "bus"
	// LaneFiles are the log files of a trail: all that it records, minutes later.
	LaneFiles Lane = "files"
)

// Lanes counts by which lanes matches came. A match is a rule that fired on a record,
// whether an alert was sent or not. Add them with [Lanes.Plus].
type Lanes struct {
	// Both came by both lanes within the time that one waits for the other.
	Both int
	// FilesOnly came by log files, and not by the bus, which should have brought them.
	FilesOnly int
	// BusOnly came by the bus, and not by log files.
	BusOnly int
	// Uncompared came by log files and were so many at once that they are not followed.
	Uncompared int
	// Failed counts matches that could not be noted, and comparisons that could not be made.
	Failed int
}

// Plus is the sum of two counts.
func (l Lanes) Plus(other Lanes) Lanes {
	l.Both += other.Both
	l.FilesOnly += other.FilesOnly
	l.BusOnly += other.BusOnly
	l.Uncompared += other.Uncompared
	l.Failed += other.Failed
	return l
}
