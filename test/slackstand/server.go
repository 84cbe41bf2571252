package slackstand

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

// A Step says how one post is answered instead of by its content.
type Step struct {
	Status     int    `json:"status,omitempty"`      // 200 where Body is given
	RetryAfter string `json:"retry_after,omitempty"` // the header
	Location   string `json:"location,omitempty"`    // the header
	Body       string `json:"body,omitempty"`
	HangMS     int    `json:"hang_ms,omitempty"` // milliseconds before the answer
	Effect     bool   `json:"effect,omitempty"`  // the message is shown all the same
	Cut        bool   `json:"cut,omitempty"`     // the connection ends without an answer
}

// A Post is what came, and what became of it.
type Post struct {
	Path          string          `json:"path"`
	Authorization string          `json:"authorization"`
	Body          json.RawMessage `json:"body"`
	Shown         bool            `json:"shown"`
	TS            string          `json:"ts"`
	Answer        string          `json:"answer"`
}

// A Server is the stand-in. Its zero value knows no webhook, token or channel, and
// refuses everything. It is safe for concurrent use once it serves.
type Server struct {
	// Webhook is the path of the one webhook, such as /services/T0/B0/x.
	Webhook string
	// Token is the one bot token. Channels are the names and ids that it may post to.
	Token    string
	Channels []string

	mu    sync.Mutex
	steps []Step
	posts []Post
}

// Next says how the next posts are answered, one step each; after them content decides.
func (s *Server) Next(steps ...Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.steps = append(s.steps, steps...)
}

// Posts are all that came.
func (s *Server) Posts() []Post {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Post(nil), s.posts...)
}

// Shown are the posts that somebody in the channel sees.
func (s *Server) Shown() []Post {
	var shown []Post
	for _, p := range s.Posts() {
		if p.Shown {
			shown = append(shown, p)
		}
	}
	return shown
}

// ServeHTTP answers as Slack does, and takes orders under /control.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil {
		http.Error(w, "unreadable", http.StatusBadRequest)
		return
	}
	if r.URL.Path == "/control" {
		s.control(w, r, body)
		return
	}
	answer := s.judge(r, body)
	post := Post{Path: r.URL.Path, Authorization: r.Header.Get("Authorization"), Body: body, Shown: answer.shown, TS: answer.ts}
	step := s.take()
	if step != nil {
		post.Shown = answer.shown && step.Effect
		answer.status, answer.text = step.Status, step.Body
	}
	post.Answer = answer.text
	s.keep(post)
	if step != nil && !obey(w, r, *step) {
		return
	}
	w.WriteHeader(max(answer.status, 200))
	_, _ = io.WriteString(w, answer.text) // who asked may be gone
}

// obey does what a step says before the answer, and whether there is one.
func obey(w http.ResponseWriter, r *http.Request, step Step) bool {
	if step.HangMS > 0 {
		select {
		case <-time.After(time.Duration(step.HangMS) * time.Millisecond):
		case <-r.Context().Done():
			return false
		}
	}
	if step.Cut {
		if hijacker, ok := w.(http.Hijacker); ok {
			if connection, _, err := hijacker.Hijack(); err == nil {
				_ = connection.Close() // that is the fault
			}
		}
		return false
	}
	for name, value := range map[string]string{"Retry-After": step.RetryAfter, "Location": step.Location} {
		if value != "" {
			w.Header().Set(name, value)
		}
	}
	return true
}

func (s *Server) take() *Step {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.steps) == 0 {
		return nil
	}
	step := s.steps[0]
	s.steps = s.steps[1:]
	return &step
}

func (s *Server) keep(post Post) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.posts = append(s.posts, post)
}

// answer is what Slack says, and whether the message is shown.
type answer struct {
	status int
	text   string
	shown  bool
	ts     string
}

func (s *Server) judge(r *http.Request, body []byte) answer {
	switch {
	case r.Method != http.MethodPost || !strings.HasPrefix(r.Header.Get("Content-Type"), "application/json"):
		return answer{status: 400, text: "invalid_payload"}
	case r.URL.Path == "/api/chat.postMessage":
		return s.judgeBot(r, body)
	case s.Webhook == "" || r.URL.Path != s.Webhook:
		return answer{status: 404, text: "no_service"}
	}
	if refusal := Check(body); refusal != nil {
		return answer{status: 400, text: refusal.Code}
	}
	return answer{status: 200, text: "ok", shown: true, ts: s.ts()}
}

func (s *Server) judgeBot(r *http.Request, body []byte) answer {
	refused := func(code string) answer {
		return answer{status: 200, text: fmt.Sprintf(`{"ok":false,"error":%q}`, code)}
	}
	if s.Token == "" || r.Header.Get("Authorization") != "Bearer "+s.Token {
		return refused("invalid_auth")
	}
	if refusal := Check(body); refusal != nil {
		return refused(refusal.Code)
	}
	var message struct {
		Channel  string `json:"channel"`
		ThreadTS string `json:"thread_ts"`
	}
	if err := json.Unmarshal(body, &message); err != nil || !s.knows(message.Channel) {
		return refused("channel_not_found")
	}
	if message.ThreadTS != "" && !s.has(message.ThreadTS) {
		return refused("thread_not_found")
	}
	ts := s.ts()
	return answer{status: 200, text: fmt.Sprintf(`{"ok":true,"channel":%q,"ts":%q}`, message.Channel, ts), shown: true, ts: ts}
}

func (s *Server) knows(channel string) bool {
	for _, known := range s.Channels {
		if channel == known {
			return true
		}
	}
	return false
}

func (s *Server) has(ts string) bool {
	for _, p := range s.Posts() {
		if p.Shown && p.TS == ts {
			return true
		}
	}
	return false
}

func (s *Server) ts() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return fmt.Sprintf("1760000000.%06d", len(s.posts)+1)
}

// control takes steps by POST and shows the posts by GET.
func (s *Server) control(w http.ResponseWriter, r *http.Request, body []byte) {
	if r.Method == http.MethodPost {
		var steps []Step
		if err := json.Unmarshal(body, &steps); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.Next(steps...)
		return
	}
	posts := s.Posts()
	for i, p := range posts {
		if !json.Valid(p.Body) {
			posts[i].Body = json.RawMessage(`null`)
		}
	}
	_ = json.NewEncoder(w).Encode(posts) // who asked may be gone
}
