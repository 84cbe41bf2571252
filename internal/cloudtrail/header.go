package cloudtrail

// member is one of the outermost members that every record is asked for.
type member uint8

const (
	none member = iota
	eventID
	eventName
	eventSource
	eventTime
	awsRegion
	recipientAccountID
	insightDetails
	stop
	members
)

// memberNames are the members' keys.
var memberNames = [members]string{
	eventID: "eventID", eventName: "eventName", eventSource: "eventSource", eventTime: "eventTime",
	awsRegion: "awsRegion", recipientAccountID: "recipientAccountId", insightDetails: "insightDetails",
}

// memberLengths has a bit set for each length of such a key.
var memberLengths = func() (lengths uint64) {
	for _, name := range memberNames[eventID:stop] {
		lengths |= 1 << len(name)
	}
	return lengths
}()

func memberOf(key []byte) member {
	switch string(key) {
	case "eventID":
		return eventID
	case "eventName":
		return eventName
	case "eventSource":
		return eventSource
	case "eventTime":
		return eventTime
	case "awsRegion":
		return awsRegion
	case "recipientAccountId":
		return recipientAccountID
	case "insightDetails":
		return insightDetails
	}
	return none
}

// header says where the members stand in a record's text. Those that are no plain text
// are odd: they take decoding. It means nothing where a key stands twice.
type header struct {
	places [stop]struct{ from, to int32 }
	odd    uint16
}

func (h *header) set(m member, plain bool, from, to int) {
	if !plain {
		h.odd |= 1 << m
		return
	}
	h.places[m].from, h.places[m].to = int32(from), int32(to) //nolint:gosec // a text has no 2 GB
}

// names hands out the same string for the same bytes: an archive has few names of events
// and services, and each would be allocated anew for every record.
type names map[string]string

const (
	maxNames      = 4096
	maxNameLength = 128
)

func (n *names) of(text []byte) string {
	if name, ok := (*n)[string(text)]; ok {
		return name
	}
	name := string(text)
	if *n == nil || len(*n) >= maxNames { // a hostile file may hold any number of them
		*n = names{}
	}
	if len(name) <= maxNameLength {
		(*n)[name] = name
	}
	return name
}
