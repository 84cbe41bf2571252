// Package rules carries the shipped rules, their helpers, tests and settings, and the
// user's own under local. It knows nothing of what is done with them.
package rules

import "embed"

// FS holds this folder's files as they are in the repository.
//
//go:embed *
var FS embed.FS
