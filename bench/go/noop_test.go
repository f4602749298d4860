package bench

import "testing"

func FuzzNoop(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {})
}
