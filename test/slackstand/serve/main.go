// Command serve runs the stand-in for Slack on the loopback, for tests that are not in
// Go. It prints its address in one line and ends with its standard input.
package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"trailbell/test/slackstand"
)

func main() {
	if len(os.Args) != 4 {
		fmt.Fprintln(os.Stderr, "usage: serve WEBHOOK-PATH TOKEN CHANNEL,CHANNEL")
		os.Exit(2)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	stand := &slackstand.Server{Webhook: os.Args[1], Token: os.Args[2], Channels: strings.Split(os.Args[3], ",")}
	server := &http.Server{Handler: stand, ReadHeaderTimeout: 10 * time.Second}
	fmt.Printf("http://%s\n", listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // until whoever started it is gone
		os.Exit(0)
	}()
	fmt.Fprintln(os.Stderr, server.Serve(listener))
	os.Exit(1)
}
