# METADATA
# title: Odd shapes for tests
# description: >-
#   The parts of a record that arrive absent, null, redacted or of another type.
#   Every rule is tested against them: it must neither fail nor lose its other
#   conditions.
package lib.shapes_test

# odd is the record with the part at a path missing and in each odd shape. The
# path has one or more names, each holding an object but the last.
odd(record, path) := array.concat(
	[json.remove(record, [pointer])],
	[changed |
		some shape in [null, "", "***", [], ["x"], 7, true]
		changed := json.patch(record, [{"op": "add", "path": pointer, "value": shape}])
	],
) if {
	pointer := concat("/", path)
}
