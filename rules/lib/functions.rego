# METADATA
# title: Names of Lambda functions
# description: >-
#   A request names a function by its name, by its ARN or by a part of that, each with
#   or without a version behind it.
package lib.functions

# name is the function's name alone, whatever the text has around it.
name(text) := found[0][1] if {
	found := regex.find_all_string_submatch_n(`^(?:(?:.*:)?function:)?([A-Za-z0-9_-]+)(?::[^:]*)?$`, text, 1)
}
