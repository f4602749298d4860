// Package judge lets real Go read and write corpus files, for test_go_corpus.py.
package judge

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"
	"testing"
)

// values are the arguments of both fuzz tests: one of every type there is.
type values struct {
	bytes   []byte
	str     string
	boolean bool
	i       int
	i8      int8
	i16     int16
	i32     int32
	i64     int64
	u       uint
	u8      uint8
	u16     uint16
	u32     uint32
	u64     uint64
	f32     float32
	f64     float64
}

func (v values) list() []any {
	return []any{
		v.bytes, v.str, v.boolean, v.i, v.i8, v.i16, v.i32, v.i64,
		v.u, v.u8, v.u16, v.u32, v.u64, v.f32, v.f64,
	}
}

// show spells every value without loss: text and floats as hexadecimal bits.
func (v values) show() []string {
	var shown []string
	for _, value := range v.list() {
		switch value := value.(type) {
		case []byte:
			shown = append(shown, fmt.Sprintf("[]byte %x", value))
		case string:
			shown = append(shown, fmt.Sprintf("string %x", value))
		case float32:
			shown = append(shown, fmt.Sprintf("float32 %08x", math.Float32bits(value)))
		case float64:
			shown = append(shown, fmt.Sprintf("float64 %016x", math.Float64bits(value)))
		default:
			shown = append(shown, fmt.Sprintf("%T %v", value, value))
		}
	}
	return shown
}

func everyByte() []byte {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return all
}

// sets are the values that Go is made to write, chosen for their odd forms.
var sets = []values{
	{},
	{
		everyByte(), string(everyByte()), true,
		math.MinInt64, math.MinInt8, math.MinInt16, math.MinInt32, math.MinInt64,
		math.MaxUint64, math.MaxUint8, math.MaxUint16, math.MaxUint32, math.MaxUint64,
		math.MaxFloat32, math.MaxFloat64,
	},
	{
		[]byte("h\u00e9llo \u2318\u2028\u200b\ufeff\U0001f600\U0010ffff"), "\u00a0\u00ad\u3000\u0378\u2603'\"\\`", true,
		math.MaxInt64, math.MaxInt8, math.MaxInt16, '\u2603', math.MaxInt64,
		1, '\'', 1, 1, 1,
		float32(math.Inf(1)), math.Inf(-1),
	},
	{
		[]byte("\xff\xc3\xed\xa0\x80\xe2\x82"), "\xed\xa0\x80\xed\xb0\x80\xff\x80\xc3", false,
		-1, -1, -1, 0xd800, -1,
		0, '"', 0, 0, 0,
		float32(math.NaN()), math.NaN(),
	},
	{
		[]byte("\xf0\x9f\x98"), "\xed\xa0\xbd\xed\xb8\x80", false,
		0, 0, 0, 0x110000, 0,
		0, 0xad, 0, 0, 0,
		math.Float32frombits(0x7f800001), math.Float64frombits(0x7ff8000000000000),
	},
	{
		[]byte("\a\b\t\n\v\f\r\x7f"), "\xf4\x90\x80\x80\xc0\x80", false,
		7, 7, 7, 0x7f, 7,
		7, 7, 7, 7, 7,
		math.Float32frombits(0xffc00001), math.Float64frombits(0xfff0000000000001),
	},
	{
		nil, "\U000e0001\ue000\ufffd", false,
		0, 0, 0, 0x10ffff, 0,
		0, '\\', 0, 0, 0,
		math.SmallestNonzeroFloat32, math.SmallestNonzeroFloat64,
	},
	{
		nil, "", false,
		0, 0, 0, 0xad, 0,
		0, 0xff, 0, 0, 0,
		16777216, 1e6,
	},
	{
		nil, "", false,
		0, 0, 0, '\'', 0,
		0, 'a', 0, 0, 0,
		float32(math.Copysign(0, -1)), 999999,
	},
	{
		nil, "", false,
		0, 0, 0, '"', 0,
		0, 0x80, 0, 0, 0,
		0.1, 0.1,
	},
	{
		// A power of two whose nearest eight digits do not read back.
		nil, "", false,
		0, 0, 0, '\\', 0,
		0, 0xa0, 0, 0, 0,
		math.Float32frombits(0x0f800000), 1e-5,
	},
}

// TestShow tells what is in sets.
func TestShow(t *testing.T) {
	var all [][]string
	for _, set := range sets {
		all = append(all, set.show())
	}
	out, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("JUDGE_OUT"), out, 0o666); err != nil {
		t.Fatal(err)
	}
}

// FuzzReplay tells what is in the files of its seed corpus, one JSON line each.
func FuzzReplay(f *testing.F) {
	out, err := os.OpenFile(os.Getenv("JUDGE_OUT"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o666)
	if err != nil {
		f.Skip("JUDGE_OUT is not set")
	}
	defer out.Close()
	f.Fuzz(func(t *testing.T, bytes []byte, str string, boolean bool, i int, i8 int8, i16 int16, i32 int32, i64 int64,
		u uint, u8 uint8, u16 uint16, u32 uint32, u64 uint64, f32 float32, f64 float64) {
		v := values{bytes, str, boolean, i, i8, i16, i32, i64, u, u8, u16, u32, u64, f32, f64}
		line, err := json.Marshal(append([]string{t.Name()}, v.show()...))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Fprintf(out, "%s\n", line); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzWrite fails for set number JUDGE_SET as soon as the mutator turns the
// last argument, and so Go writes a file with those values and true.
func FuzzWrite(f *testing.F) {
	number, err := strconv.Atoi(os.Getenv("JUDGE_SET"))
	if err != nil {
		f.Skip("JUDGE_SET is not set")
	}
	want := sets[number]
	f.Add(append(want.list(), false)...)
	f.Fuzz(func(t *testing.T, bytes []byte, str string, boolean bool, i int, i8 int8, i16 int16, i32 int32, i64 int64,
		u uint, u8 uint8, u16 uint16, u32 uint32, u64 uint64, f32 float32, f64 float64, fail bool) {
		v := values{bytes, str, boolean, i, i8, i16, i32, i64, u, u8, u16, u32, u64, f32, f64}
		if fail && fmt.Sprint(v.show()) == fmt.Sprint(want.show()) {
			t.Fatal("these are the values to write")
		}
	})
}

// FuzzRefuse has a seed corpus of malformed files: Go lists what is wrong.
func FuzzRefuse(f *testing.F) {
	f.Fuzz(func(t *testing.T, b []byte) {})
}
