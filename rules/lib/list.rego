# METADATA
# title: Lists in all their spellings
# description: >-
#   Where an API takes a list, a record may show a list, one bare thing instead of a
#   list of one, {"items": [...]}, elements as {"tag": 1, "content": ...}, or nothing
#   at all as null, "" or {}. Here each of them is a list.
package lib.list

# items is the list that a value stands for. Tags are taken off, and elements that
# hold nothing are left out.
items(value) := [thing |
	some element in _elements(value)
	thing := _content(element)
	not thing in {null, "", {}}
]

_elements(value) := value if is_array(value)

_elements(value) := [value] if {
	not is_array(value)
	not _is_wrapper(value)
}

_elements(value) := value.items if {
	_is_wrapper(value)
	is_array(value.items)
}

_elements(value) := [value.items] if {
	_is_wrapper(value)
	not is_array(value.items)
}

# An object that has nothing but "items" stands for them.
_is_wrapper(value) if object.keys(value) == {"items"}

_content(element) := element.content if _is_tagged(element)

_content(element) := element if not _is_tagged(element)

_is_tagged(element) if object.keys(element) == {"tag", "content"}
