package lib.list_test

import data.lib.list

test_list_is_itself if list.items(["a", "b"]) == ["a", "b"]

test_one_thing_is_a_list_of_one if {
	list.items("a") == ["a"]
	list.items(7) == [7]
	list.items(false) == [false]
	list.items({"Key": "team"}) == [{"Key": "team"}]
}

test_nothing_is_an_empty_list if {
	every nothing in [null, "", {}, [], {"items": []}, {"items": null}, {"items": ""}, {"items": {}}] {
		list.items(nothing) == []
	}
}

test_items_are_taken_out if {
	list.items({"items": [{"groupId": "sg-1"}, {"groupId": "sg-2"}]}) == [{"groupId": "sg-1"}, {"groupId": "sg-2"}]
	list.items({"items": {"groupId": "sg-1"}}) == [{"groupId": "sg-1"}]
}

test_items_beside_other_members_are_a_member if {
	list.items({"items": "a", "name": "b"}) == [{"items": "a", "name": "b"}]
	list.items({"items": ["a"], "name": "b"}) == [{"items": ["a"], "name": "b"}]
}

test_tags_are_taken_off if {
	list.items({"tag": 1, "content": "vpc-1"}) == ["vpc-1"]
	list.items([{"tag": 1, "content": "a"}, {"tag": 2, "content": "b"}]) == ["a", "b"]
	list.items({"items": [{"tag": 1, "content": "a"}]}) == ["a"]
}

test_tagged_object_keeps_its_members if {
	list.items({"tag": 1, "Key": "team"}) == [{"tag": 1, "Key": "team"}]
}

test_content_beside_other_members_is_a_member if {
	list.items([{"content": "a", "name": "b"}]) == [{"content": "a", "name": "b"}]
}

test_empty_elements_are_left_out if {
	list.items(["", null, {}, {"tag": 1, "content": ""}, "a"]) == ["a"]
}

test_absent_list_has_no_items if {
	every record in [{}, null, "***"] {
		not _has_names(record)
	}
	_has_names({"names": "a"})
}

_has_names(record) if count(list.items(record.names)) > 0
