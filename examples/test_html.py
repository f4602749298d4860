"""html.parser: it should take any text at all.

CPython 3.11.7, 3.12.1 and 3.13.0 do not: some marked sections make them raise
AssertionError. Fuzzing finds that within seconds.
"""

from html.parser import HTMLParser

from gofuzz_py import load_tests


class Tags(HTMLParser):
    """Notes the tags that the parser reports."""

    def __init__(self):
        super().__init__()
        self.tags = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, attrs))


def FuzzHtmlParser(f):
    f.add('<p class="a" id=b>one &amp; two<br/></p>')
    f.add("<!DOCTYPE html><!-- note --><script>if (a < b) {}</script>")
    f.add("<svg><![CDATA[x < y]]></svg>")

    @f.fuzz
    def target(t, text: str):
        parser = Tags()
        parser.feed(text)
        parser.close()
        for tag, attrs in parser.tags:
            t.assertEqual(tag, tag.lower())
            for name, _ in attrs:
                t.assertNotIn(" ", name)
