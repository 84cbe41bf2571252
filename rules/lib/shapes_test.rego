# METADATA
# title: Odd shapes for tests
# description: >-
#   The parts of a record that arrive absent, null, redacted or of another type.
#   Every rule is tested against them: it must neither fail nor lose its other
#   conditions.
package lib.shapes_test

# odd is the record with the part at a path missing and in each odd shape. The path
# has one, two or three names.
odd(record, path) := array.concat(
	[json.remove(record, [path])],
	[changed |
		some shape in [null, "", "***", [], ["x"], 7, true]
		changed := object.union(record, _at(path, shape))
	],
)

_at([a], shape) := {a: shape}

_at([a, b], shape) := {a: {b: shape}}

_at([a, b, c], shape) := {a: {b: {c: shape}}}
