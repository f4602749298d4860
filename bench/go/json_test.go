package bench

import (
	"encoding/json"
	"testing"
)

func FuzzJson(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		var value any
		json.Unmarshal(data, &value)
	})
}
