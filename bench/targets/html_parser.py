"""The tag-soup parser of the standard library, with handlers that do nothing."""

from html.parser import HTMLParser

MODULES = ["html", "html.parser", "html.entities", "_markupbase"]
SEED = (
    b"<!doctype html><html lang=en><head><title>a &lt; b</title><!-- note --></head>"
    b"<body id='top' class=x><h1>Caf&#233;</h1><p>one<br/>two</p>"
    b'<script>while (i<9) {i++}</script><?php 1 ?><a href="/q?a=1&b=2">go</a></body></html>'
)


def target(data: bytes) -> None:
    """Feed one text and close."""
    parser = HTMLParser()
    try:
        parser.feed(data.decode("utf-8", "replace"))
        parser.close()
    except Exception:  # a fuzzer that stops at the first failure could not be compared
        pass
