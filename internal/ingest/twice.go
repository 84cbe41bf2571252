package ingest

// keyTwice says whether in some object of the JSON text a key stands twice, by counting:
// decoding keeps one of the two. Which one counts is not agreed on, so what one reader
// sees can be hidden from another.
func keyTwice(text []byte, decoded any) bool { return colons(text) > entries(decoded) }

// colons counts those outside strings, one a member of an object.
func colons(text []byte) int {
	n, inString := 0, false
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\': // only strings have them
			i++
		case '"':
			inString = !inString
		case ':':
			if !inString {
				n++
			}
		}
	}
	return n
}

// entries counts the members of all objects in a value.
func entries(value any) int {
	n := 0
	switch v := value.(type) {
	case map[string]any:
		n = len(v)
		for _, member := range v {
			n += entries(member)
		}
	case []any:
		for _, item := range v {
			n += entries(item)
		}
	}
	return n
}
