package enrich

import (
	"cmp"
	"regexp"
	"strings"
	"time"

	"trailbell/internal/cloudtrail"
	"trailbell/internal/detection"
)

// around is how far the queries look, to both sides of the event.
const around = time.Hour

// defaultTable is the name that the CloudTrail user guide gives the table; see "Querying
// AWS CloudTrail logs" in the Athena user guide.
const defaultTable = "cloudtrail_logs"

// What goes into a query is of these forms: nothing in them ends a word of a shell or a
// text of SQL, and no mail program makes a link of a name without a dot.
var (
	keyForm      = regexp.MustCompile(`^A[KS]IA[A-Z0-9]{12,124}$`)
	userNameForm = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_+-]{0,63}$`)
	actorForm    = regexp.MustCompile(`^arn:aws(-[a-z]+)*:(iam|sts)::\d{12}:[A-Za-z0-9_+=,.@/-]{1,512}$`)
	tableForm    = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)?$`)
)

// queries ask what else the session did. They are empty where the record has no time, or
// nothing of a checked form that tells the session from others.
func queries(rec cloudtrail.Record, ways detection.Ways) detection.Queries {
	at := rec.Time()
	if at.IsZero() || at.Year() < 2000 || at.Year() > 9998 {
		return detection.Queries{}
	}
	from, to := stamp(at.Add(-around)), stamp(at.Add(around))
	return detection.Queries{
		EventHistory: eventHistory(rec, from, to),
		Athena:       athena(rec, cmp.Or(ways.AthenaTable, defaultTable), from, to),
	}
}

func stamp(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05Z") }

// eventHistory looks for the access key, which is the session's own, or else the user's
// name. One attribute is all that a look-up takes; see LookupEvents in the CloudTrail
// API reference.
func eventHistory(rec cloudtrail.Record, from, to string) string {
	id := rec.Identity()
	attribute, value := "AccessKeyId", id.AccessKeyID
	if !keyForm.MatchString(value) {
		attribute, value = "Username", id.UserName
		if !userNameForm.MatchString(value) || id.Type != "IAMUser" {
			return ""
		}
	}
	if !regionForm.MatchString(rec.Region()) {
		return ""
	}
	return "aws cloudtrail lookup-events --region " + rec.Region() +
		" --lookup-attributes AttributeKey=" + attribute + ",AttributeValue=" + value +
		" --start-time " + from + " --end-time " + to
}

// athena looks for the access key, or else the caller's ARN, in all regions.
func athena(rec cloudtrail.Record, table, from, to string) string {
	id := rec.Identity()
	column, value := "useridentity.accesskeyid", id.AccessKeyID
	if !keyForm.MatchString(value) {
		column, value = "useridentity.arn", id.ARN
		if !actorForm.MatchString(value) {
			return ""
		}
	}
	if !tableForm.MatchString(table) {
		return ""
	}
	return "SELECT eventtime, awsregion, eventsource, eventname, errorcode, sourceipaddress, useragent, requestparameters" +
		" FROM " + table + " WHERE " + column + " = " + quoted(value) +
		" AND eventtime BETWEEN " + quoted(from) + " AND " + quoted(to) + " ORDER BY eventtime LIMIT 1000"
}

// quoted is a text of SQL. The forms let no quote through; this is for the day when one
// of them does.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
