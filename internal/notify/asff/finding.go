package asff

import "trailbell/internal/notify"

// The objects of the format, as far as they are written, under the names that it gives
// them.

type finding struct {
	SchemaVersion   string            `json:"SchemaVersion"`
	ID              string            `json:"Id"`
	ProductArn      string            `json:"ProductArn"`
	ProductName     string            `json:"ProductName"`
	CompanyName     string            `json:"CompanyName"`
	GeneratorID     string            `json:"GeneratorId"`
	AwsAccountID    string            `json:"AwsAccountId"`
	Types           []string          `json:"Types"`
	FirstObservedAt string            `json:"FirstObservedAt"`
	LastObservedAt  string            `json:"LastObservedAt"`
	CreatedAt       string            `json:"CreatedAt"`
	UpdatedAt       string            `json:"UpdatedAt"`
	Severity        level             `json:"Severity"`
	Title           string            `json:"Title"`
	Description     string            `json:"Description"`
	Remediation     *remediation      `json:"Remediation,omitempty"`
	SourceURL       string            `json:"SourceUrl,omitempty"`
	ProductFields   map[string]string `json:"ProductFields,omitempty"`
	Resources       []resource        `json:"Resources"`
	RecordState     string            `json:"RecordState"`
	Action          *action           `json:"Action,omitempty"`
	Provider        provider          `json:"FindingProviderFields"`
	Sample          bool              `json:"Sample,omitempty"`
}

type level struct {
	Label    string `json:"Label"`
	Original string `json:"Original"`
}

// provider is what a later import may change; the fields of the same names above it are
// the customer's once the finding is there.
type provider struct {
	Severity level            `json:"Severity"`
	Types    []string         `json:"Types"`
	Related  []relatedFinding `json:"RelatedFindings,omitempty"`
}

type relatedFinding struct {
	ProductArn string `json:"ProductArn"`
	ID         string `json:"Id"`
}

type remediation struct {
	Recommendation recommendation `json:"Recommendation"`
}

type recommendation struct {
	Text string `json:"Text"`
	URL  string `json:"Url,omitempty"`
}

type resource struct {
	Type      string `json:"Type"`
	ID        string `json:"Id"`
	Partition string `json:"Partition,omitempty"`
	Region    string `json:"Region,omitempty"`
}

type action struct {
	Type string  `json:"ActionType"`
	Call apiCall `json:"AwsApiCallAction"`
}

type apiCall struct {
	API        string  `json:"Api"`
	Service    string  `json:"ServiceName,omitempty"`
	CallerType string  `json:"CallerType,omitempty"`
	Remote     *remote `json:"RemoteIpDetails,omitempty"`
	Domain     *domain `json:"DomainDetails,omitempty"`
	FirstSeen  string  `json:"FirstSeen"`
	LastSeen   string  `json:"LastSeen"`
}

type remote struct {
	IPv4 string `json:"IpAddressV4"`
}

type domain struct {
	Name string `json:"Domain"`
}

func (f *finding) setTypes(types []string) { f.Types, f.Provider.Types = types, types }

// field adds a product field, as long as there is room. What is empty is left out. Keys
// begin with the product, as the format asks for.
func (f *finding) field(name, value string) {
	if value == "" || len(f.ProductFields) == maxFields {
		return
	}
	f.ProductFields[notify.Visible("trailbell/"+name, maxName)] = filled(notify.Visible(value, maxFieldValue))
}
