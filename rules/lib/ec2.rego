# METADATA
# title: Requests to EC2
# description: >-
#   The younger EC2 calls wrap their request in a member named after the call, with
#   names that begin with a capital: {"CreateXRequest": {"Description": ...}}. Older
#   ones have it flat and begin small: {"description": ...}. Rules ask for members
#   with a capital, and get them from either.
package lib.ec2

# request holds the members of the request: none where the record shows none.
request(record) := members(_wrapped(record))

request(record) := members(object.get(record, ["requestParameters"], null)) if not _is_wrapped(record)

# members is the thing with its names also beginning with a capital; what is not an
# object has none. Names below it stay as they are: ask again for the next level.
members(thing) := {} if not is_object(thing)

members(thing) := object.union(_raised(thing), thing) if is_object(thing)

_raised(thing) := {name: member |
	some key, member in thing
	name := sprintf("%s%s", [upper(substring(key, 0, 1)), substring(key, 1, -1)])
	name != key
}

# An empty request is written as "".
_wrapped(record) := record.requestParameters[_wrapper(record)]

_is_wrapped(record) if _wrapper(record) in object.keys(record.requestParameters)

_wrapper(record) := sprintf("%vRequest", [record.eventName])
