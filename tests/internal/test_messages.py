"""Calls and answers: exact round trips, and one error for whatever else comes over the pipe."""

from __future__ import annotations

import base64
import json
import random
import unittest
from collections.abc import Iterator

from gofuzz_py.errors import WorkerProtocolError
from gofuzz_py.internal.messages import (
    Call,
    Failure,
    Found,
    FrontierArgs,
    FrontierResponse,
    FrontierRow,
    FuzzArgs,
    FuzzResponse,
    MinimizeArgs,
    MinimizeResponse,
    OtherFailure,
    PingArgs,
    PingResponse,
    Response,
    WarmupArgs,
    WarmupResponse,
    decode_call,
    decode_response,
    encode_call,
    encode_response,
)

#: Texts that a traceback, and so an answer, may hold.
TEXTS = ("", "x", 'a "b"\\\n\r\t\0\x7f', "é⌘😀\u2028", "\ud800 \udcff \udfff\ud800", "x" * 100_000)
#: An input that reached something new, every field of it filled.
FOUND = Found(1, 2, [3], [3, 2**40], 5)
CALLS: tuple[Call, ...] = (
    PingArgs(),
    PingArgs(2**63, True),
    FrontierArgs(),
    FrontierArgs([7, 2**40]),
    FuzzArgs(100_000_000, 0),
    FuzzArgs(0, 10**18, [FOUND, Found()], [7]),
    WarmupArgs([]),
    WarmupArgs([0, 10**9], 3),
    MinimizeArgs(60_000_000_000, 0, "ValueError at /a/b.py:3"),
    *(MinimizeArgs(0, 1, text) for text in TEXTS),
)
RESPONSES: tuple[Response, ...] = (
    PingResponse(),
    PingResponse(["[]byte", "int8"]),
    PingResponse([], "probes", "because", "layout", 10**6, ["a.b"], ["c: why"]),
    WarmupResponse(),
    WarmupResponse(2, [FOUND], Failure("t", "o"), 4, "the worker's own trouble"),
    FrontierResponse(),
    *(
        FrontierResponse([FrontierRow(text, 1, text, text, "never true", 2, [3], 4, 5, text, 6, 7)])
        for text in TEXTS
    ),
    FuzzResponse(),
    FuzzResponse(10**18, 2**64, None, 0, [FOUND], "the worker's own trouble"),
    MinimizeResponse(),
    *(FuzzResponse(1, 2, Failure(text, text[::-1])) for text in TEXTS),
    *(
        MinimizeResponse(True, Failure(text, ""), 3, 4, [OtherFailure("AAE=", Failure("", text))] * 2, text)
        for text in TEXTS
    ),
)
#: The seed of what is random here.
SEED = 20240917


class RoundTripTest(unittest.TestCase):
    def test_every_call_comes_back_as_it_was(self) -> None:
        for call in CALLS:
            with self.subTest(str(call)[:60]):
                self.assertEqual(call, decode_call(encode_call(call)))

    def test_every_answer_comes_back_as_it_was(self) -> None:
        for response in RESPONSES:
            with self.subTest(str(response)[:60]):
                self.assertEqual(response, decode_response(encode_response(response)))

    def test_a_message_is_one_line(self) -> None:
        for line in (*map(encode_call, CALLS), *map(encode_response, RESPONSES)):
            with self.subTest(line[:60]):
                self.assertEqual(len(line) - 1, line.index(b"\n"))

    def test_members_have_gos_names(self) -> None:
        for line, expected in (
            (encode_call(PingArgs(7)), {"Ping": {"Seed": 7, "Frontier": False}}),
            (
                encode_call(FuzzArgs(1, 2, known=[3])),
                {"Fuzz": {"Timeout": 1, "Limit": 2, "Inputs": [], "Known": [3]}},
            ),
            (encode_call(WarmupArgs([1], 2)), {"Warmup": {"Lengths": [1], "Limit": 2}}),
            (encode_call(MinimizeArgs(1, 2, "o")), {"Minimize": {"Timeout": 1, "Limit": 2, "Origin": "o"}}),
            (
                encode_response(PingResponse(["int"])),
                {
                    "Ping": {
                        "Kinds": ["int"],
                        "Core": "none",
                        "Reason": "",
                        "Layout": "",
                        "Locations": 0,
                        "Modules": [],
                        "Problems": [],
                    }
                },
            ),
            (
                encode_response(FuzzResponse(1, 2, Failure("t", "o"), 3, internal_err="e")),
                {
                    "Fuzz": {
                        "TotalDuration": 1,
                        "Count": 2,
                        "Failure": {"Text": "t", "Origin": "o"},
                        "Length": 3,
                        "Found": [],
                        "InternalErr": "e",
                    }
                },
            ),
        ):
            with self.subTest(line):
                self.assertEqual(expected, json.loads(line))


class GarbageTest(unittest.TestCase):
    def test_what_is_no_json_is_described_as_go_does(self) -> None:
        for line, message in (
            (b"!!", "invalid character '!' looking for beginning of value"),
            (b"  \t\r!", "invalid character '!' looking for beginning of value"),
            (b"hello", "invalid character 'h' looking for beginning of value"),
            (b"<html>", "invalid character '<' looking for beginning of value"),
            (b"'", "invalid character '\\'' looking for beginning of value"),
            (b"\n", "EOF"),
            (b"", "EOF"),
            (b" \t", "EOF"),
        ):
            with self.subTest(line):
                self.assert_refused(line, message)

    def test_what_is_json_but_no_answer_is_refused(self) -> None:
        failure = '{"Text":"t","Origin":"o"}'
        for line in (
            "null", "true", "1", "1.5", '"Ping"', "[]", "{}", "NaN", "-Infinity", "1" * 5000,
            "[" * 100_000, '{"Ping":' * 100_000,
            '{"Ping":null}', '{"Ping":[]}', '{"Pong":{}}', '{"ping":{}}', '{"Ping":{},"Fuzz":{}}',
            '{"Ping":{"Kinds":null}}', '{"Ping":{"Kinds":"int"}}', '{"Ping":{"Kinds":[1]}}',
            '{"Ping":{"Kinds":[["int"]]}}', '{"Ping":{"kinds":[]}}', '{"Ping":{"__class__":1}}',
            '{"Fuzz":{"Count":"1"}}', '{"Fuzz":{"Count":1.0}}', '{"Fuzz":{"Count":true}}',
            '{"Fuzz":{"Count":null}}', '{"Fuzz":{"Count":-1}}', '{"Fuzz":{"TotalDuration":-1}}',
            '{"Fuzz":{"InternalErr":1}}', '{"Fuzz":{"Failure":1}}', '{"Fuzz":{"Failure":{}}}',
            '{"Fuzz":{"Failure":[]}}', f'{{"Fuzz":{{"Failure":[{failure}]}}}}',
            '{"Fuzz":{"Failure":{"Text":1,"Origin":"o"}}}', '{"Fuzz":{"Failure":{"Text":"t"}}}',
            '{"Minimize":{"Reproduced":1}}', '{"Minimize":{"Others":null}}', '{"Minimize":{"Others":{}}}',
            f'{{"Minimize":{{"Others":{{"Value":"","Failure":{failure}}}}}}}',
            '{"Minimize":{"Others":[null]}}', '{"Minimize":{"Others":[{}]}}',
            '{"Minimize":{"Others":[{"Value":"","Failure":null}]}}',
            f'{{"Minimize":{{"Others":[{{"Value":null,"Failure":{failure}}}]}}}}',
            f'{{"Minimize":{{"Others":[{{"Value":"!","Failure":{failure}}}]}}}}',
            f'{{"Minimize":{{"Others":[{{"Value":"AAA","Failure":{failure}}}]}}}}',
            f'{{"Minimize":{{"Others":[{{"Value":"\\u00e9","Failure":{failure}}}]}}}}',
        ):  # fmt: skip
            with self.subTest(line[:70]):
                self.assert_refused(line.encode())

    def test_what_is_no_call_is_refused_in_the_worker(self) -> None:
        for line in (b"", b"{}", b"!", b'{"Fuzz":{}}', b'{"Fuzz":{"Timeout":1}}', b'{"Ping":{"Kinds":[]}}'):
            with self.subTest(line), self.assertRaises(WorkerProtocolError):
                decode_call(line)

    def test_the_description_of_garbage_is_short(self) -> None:
        for line in (
            b'{"' + b"x" * 10**6 + b'":{}}',
            b'{"Fuzz":{"' + b"y" * 10**6 + b'":1}}',
            b"[" + b"1," * 10**5,
        ):
            with self.subTest(line[:20]):
                with self.assertRaises(WorkerProtocolError) as caught:
                    decode_response(line)
                self.assertLess(len(str(caught.exception)), 200)

    def test_random_bytes_raise_nothing_else(self) -> None:
        source = random.Random(SEED)
        for _ in range(2000):
            line = source.randbytes(source.choice((1, 2, 3, 8, 40)))
            self.assert_answer_or_protocol_error(line)

    def test_damaged_messages_raise_nothing_else(self) -> None:
        lines = [line for line in map(encode_response, RESPONSES) if len(line) < 2000]
        for line in _damaged(random.Random(SEED), lines, 3000):
            self.assert_answer_or_protocol_error(line)

    def test_other_encodings_of_json_raise_nothing_else(self) -> None:
        for encoding in ("latin-1", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be"):
            self.assert_answer_or_protocol_error('{"Fuzz":{"Count":1}}'.encode(encoding))

    def assert_refused(self, line: bytes, message: str = "") -> None:
        with self.assertRaises(WorkerProtocolError) as caught:
            decode_response(line)
        self.assertIn(message, str(caught.exception))
        self.assertTrue(str(caught.exception))

    def assert_answer_or_protocol_error(self, line: bytes) -> None:
        try:
            response = decode_response(line)
        except WorkerProtocolError:
            return
        except BaseException as error:
            self.fail(f"{line!r} raised {error!r}")
        # What is let through is an answer in every part: it can be used, and written again.
        self.assertEqual(response, decode_response(encode_response(response)))
        if isinstance(response, MinimizeResponse):
            for other in response.others:
                base64.b64decode(other.value)


def _damaged(source: random.Random, lines: list[bytes], count: int) -> Iterator[bytes]:
    """Yield messages with bytes changed, cut out, doubled or exchanged for other JSON."""
    snippets = (
        b"null",
        b"[]",
        b"{}",
        b"-1",
        b"1e9",
        b'"',
        b",",
        b":",
        b"\\u",
        b"\\ud800",
        b"\xff",
        b"true",
        b"\0",
    )
    for _ in range(count):
        line = bytearray(source.choice(lines))
        for _ in range(source.randint(1, 3)):
            start = source.randrange(len(line) + 1)
            end = min(len(line), start + source.choice((0, 0, 1, 2, 5)))
            kind = source.randrange(4)
            if kind == 0:
                line[start:end] = source.choice(snippets)
            elif kind == 1:
                del line[start:end]
            elif kind == 2:
                line[start:end] = line[start:end] * 2
            else:
                line[start:end] = source.randbytes(end - start)
        yield bytes(line)


if __name__ == "__main__":
    unittest.main()
