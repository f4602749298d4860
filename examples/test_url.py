"""urllib.parse: what is put together can be taken apart again."""

from urllib.parse import parse_qsl, quote, unquote, unquote_to_bytes, urlencode, urlsplit

from gofuzz_py import load_tests


def FuzzQuote(f):
    f.add(b"a b/\xc3\xa9")

    @f.fuzz
    def target(t, data: bytes):
        quoted = quote(data, safe="")
        t.assertTrue(quoted.isascii())
        t.assertEqual(unquote_to_bytes(quoted), data)


def FuzzQueryString(f):
    f.add("q", "a b&c=d")

    @f.fuzz
    def target(t, name: str, value: str):
        try:
            query = urlencode([(name, value)])
        except UnicodeEncodeError:
            t.skip("a lone surrogate has no UTF-8")
        t.assertEqual(parse_qsl(query, keep_blank_values=True), [(name, value)])


def FuzzUrlSplit(f):
    f.add("https://user:pw@example.com:8080/a/b;c?d=e#f")
    f.add("//[::1]/x")
    f.add("mailto:a@example.com")

    @f.fuzz
    def target(t, text: str):
        try:
            parts = urlsplit(text)
        except ValueError:
            return
        again = urlsplit(parts.geturl())
        t.assertEqual(again, parts)
