package ocsf

// The objects of OCSF, as far as they are written. A field that may be absent is left out
// when it is empty; the others are required by the schema.

type finding struct {
	ActivityID   int            `json:"activity_id"`
	ActivityName string         `json:"activity_name"`
	CategoryUID  int            `json:"category_uid"`
	CategoryName string         `json:"category_name"`
	ClassUID     int            `json:"class_uid"`
	ClassName    string         `json:"class_name"`
	TypeUID      int            `json:"type_uid"`
	TypeName     string         `json:"type_name"`
	SeverityID   int            `json:"severity_id"`
	Severity     string         `json:"severity"`
	StatusID     int            `json:"status_id"`
	Status       string         `json:"status"`
	Time         int64          `json:"time"`
	StartTime    int64          `json:"start_time,omitempty"`
	EndTime      int64          `json:"end_time,omitempty"`
	Count        int            `json:"count,omitempty"`
	Message      string         `json:"message"`
	IsAlert      bool           `json:"is_alert"`
	Metadata     metadata       `json:"metadata"`
	FindingInfo  findingInfo    `json:"finding_info"`
	Cloud        cloud          `json:"cloud"`
	API          *api           `json:"api,omitempty"`
	Evidences    []evidence     `json:"evidences,omitempty"`
	Resources    []resource     `json:"resources,omitempty"`
	Observables  []observable   `json:"observables,omitempty"`
	Remediation  *remediation   `json:"remediation,omitempty"`
	Unmapped     map[string]any `json:"unmapped,omitempty"`
	RawData      string         `json:"raw_data,omitempty"`
	RawDataSize  int            `json:"raw_data_size,omitempty"` // of the whole record as JSON
}

type metadata struct {
	Version     string   `json:"version"`
	Product     product  `json:"product"`
	Profiles    []string `json:"profiles"`
	UID         string   `json:"uid,omitempty"`
	EventCode   string   `json:"event_code,omitempty"`
	LogName     string   `json:"log_name,omitempty"`
	LogProvider string   `json:"log_provider,omitempty"`
	LoggedTime  int64    `json:"logged_time,omitempty"`
	Labels      []string `json:"labels,omitempty"`
	IsTruncated bool     `json:"is_truncated,omitempty"`
}

type product struct {
	Name    string `json:"name"`
	Vendor  string `json:"vendor_name"`
	Version string `json:"version,omitempty"`
}

type findingInfo struct {
	UID                string         `json:"uid"`
	Title              string         `json:"title"`
	Desc               string         `json:"desc,omitempty"`
	Types              []string       `json:"types,omitempty"`
	Analytic           analytic       `json:"analytic"`
	Attacks            []mitre        `json:"attacks,omitempty"`
	CreatedTime        int64          `json:"created_time,omitempty"`
	ModifiedTime       int64          `json:"modified_time,omitempty"`
	FirstSeenTime      int64          `json:"first_seen_time,omitempty"`
	LastSeenTime       int64          `json:"last_seen_time,omitempty"`
	DataSources        []string       `json:"data_sources,omitempty"`
	RelatedEvents      []relatedEvent `json:"related_events,omitempty"`
	RelatedEventsCount int            `json:"related_events_count,omitempty"`
	SourceURL          string         `json:"src_url,omitempty"`
}

type analytic struct {
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	UID    string `json:"uid,omitempty"`
	Name   string `json:"name"`
}

type mitre struct {
	Version      string `json:"version"`
	Tactic       *named `json:"tactic,omitempty"`
	Technique    *named `json:"technique,omitempty"`
	SubTechnique *named `json:"sub_technique,omitempty"`
}

type named struct {
	UID  string `json:"uid,omitempty"`
	Name string `json:"name,omitempty"`
}

type relatedEvent struct {
	UID   string `json:"uid"`
	Type  string `json:"type"`
	Title string `json:"title,omitempty"`
}

type cloud struct {
	Provider string   `json:"provider"`
	Region   string   `json:"region,omitempty"`
	Account  *account `json:"account,omitempty"`
}

type account struct {
	UID    string `json:"uid,omitempty"`
	Name   string `json:"name,omitempty"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
}

type api struct {
	Operation string    `json:"operation"`
	Service   *named    `json:"service,omitempty"`
	Response  *response `json:"response,omitempty"`
}

type response struct {
	Error   string `json:"error,omitempty"`
	Message string `json:"message,omitempty"`
}

type evidence struct {
	Name        string    `json:"name"`
	Actor       *actor    `json:"actor,omitempty"`
	API         *api      `json:"api,omitempty"`
	SrcEndpoint *endpoint `json:"src_endpoint,omitempty"`
	Data        any       `json:"data,omitempty"`
}

type actor struct {
	User    *user    `json:"user,omitempty"`
	Session *session `json:"session,omitempty"`
	AppName string   `json:"app_name,omitempty"`
}

type user struct {
	Name    string   `json:"name,omitempty"`
	UID     string   `json:"uid,omitempty"`
	TypeID  int      `json:"type_id"`
	Type    string   `json:"type"`
	Account *account `json:"account,omitempty"`
}

type session struct {
	UID    string `json:"uid,omitempty"`
	Issuer string `json:"issuer,omitempty"`
	IsMFA  *bool  `json:"is_mfa,omitempty"` // absent where the record does not say
}

type endpoint struct {
	IP      string `json:"ip,omitempty"`
	SvcName string `json:"svc_name,omitempty"`
}

type resource struct {
	UID  string `json:"uid"`
	Type string `json:"type,omitempty"`
}

type observable struct {
	Name   string `json:"name"`
	TypeID int    `json:"type_id"`
	Type   string `json:"type"`
	Value  string `json:"value"`
}

type remediation struct {
	Desc       string   `json:"desc"`
	References []string `json:"references,omitempty"`
}
