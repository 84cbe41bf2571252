# METADATA
# title: Is something there
# description: >-
#   CloudTrail leaves a field out, writes null, or writes an empty string when it
#   has nothing to say, and it writes booleans as JSON or as text. The rules mean
#   the same by all of them, so they ask here.
package lib.value

# present holds for anything but null and the empty string.
#
# Take care with an absent field: present(record.x) is then undefined, and so is
# "not present(record.x)". Give the question a name of its own that takes the
# record, and negate that, as through_service in lib.identity does.
present(value) if not value in {null, ""}

is_true(value) if value in {true, "true"}

is_false(value) if value in {false, "false"}

# number is the number that a value is, as JSON or as text. Anything else has none: in
# Rego null is less than every number.
number(value) := value if is_number(value)

number(value) := to_number(value) if regex.match(`^[0-9]{1,15}$`, value)
