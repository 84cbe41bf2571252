package ingest_test

import (
	"fmt"
	"strings"
	"testing"

	"trailbell/internal/ingest"
)

func ExampleParseResume() {
	rest := ingest.Resume{Object: ingest.Object{Bucket: "logs", Key: "a.json.gz"}, ETag: `"e"`, From: 12}
	again, is := ingest.ParseResume([]byte(rest.Body()))
	fmt.Println(again == rest, is)
	// Output: true true
}

func TestWhatIsNoRequestToReadOn(t *testing.T) {
	good := ingest.Resume{Object: ingest.Object{Bucket: "b", Key: "k"}, ETag: "e", From: 3, Until: 7}.Body()
	tests := []struct{ name, from, to string }{
		{"another command", `"resume"`, `"flush"`},
		{"a number that is none", `"3"`, `"x"`},
		{"a negative number", `"3"`, `"-3"`},
		{"an end before the beginning", `"7"`, `"3"`},
		{"no key", `"k"`, `""`},
		{"no bucket", `"b"`, `""`},
		{"no tag", `"e"`, `""`},
		{"a member more", `{"bucket"`, `{"x":"y","bucket"`},
		{"a member twice", `{"bucket"`, `{"key":"k","bucket"`},
		{"a number that is no text", `"3"`, `3`},
		{"something behind", `}`, `}{}`},
	}
	if _, is := ingest.ParseResume([]byte(good)); !is {
		t.Fatalf("%s is none", good)
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			body := strings.Replace(good, test.from, test.to, 1)
			if _, is := ingest.ParseResume([]byte(body)); is || body == good {
				t.Errorf("%s is taken for one", body)
			}
		})
	}
}
