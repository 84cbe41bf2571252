package notify

// LinkTitles say what stands before each link of an alert, in the order in which people get
// them.
var LinkTitles = []struct {
	Key, Title string
	// Unless is the link in whose presence this one is left out: the event is shown once,
	// through the portal where there is one.
	Unless string
	// FromSettings says that the address is from settings alone, and no event's.
	FromSettings bool
}{
	{Key: "runbook", Title: "Our runbook", FromSettings: true},
	{Key: "portal", Title: "See the event (through the access portal)", FromSettings: true},
	{Key: "console", Title: "See the event (sign in to the account above first)", Unless: "portal"},
	{Key: "resource", Title: "See what it was done to"},
	{Key: "reference", Title: "Read more"},
}
