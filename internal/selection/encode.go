package selection

import (
	"bytes"
	"encoding/gob"
	"fmt"
)

// GobEncode writes the conditions, for the same version of the program to read.
func (c Conditions) GobEncode() ([]byte, error) {
	var out bytes.Buffer
	if err := gob.NewEncoder(&out).Encode(c.rules); err != nil {
		return nil, fmt.Errorf("encode conditions: %w", err)
	}
	return out.Bytes(), nil
}

// GobDecode reads what GobEncode wrote.
func (c *Conditions) GobDecode(text []byte) error {
	if err := gob.NewDecoder(bytes.NewReader(text)).Decode(&c.rules); err != nil {
		return fmt.Errorf("decode conditions: %w", err)
	}
	return nil
}
