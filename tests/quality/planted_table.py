"""Every planted condition: how soon it has to be solved, from what, and an answer.

Owns the bounds.  A bound is what a search needs that sees the operand, the
pattern or the rule, with room for bad luck: it is set from the worst of ten
runs, not from what chance could do.  The answers stand here and not in the
package because all that stands there is read by the engine.  Runs in the
testing process; used by test_planted.py and planted_report.py.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import hashlib
import hmac
import struct
import zlib

from tests.quality.planted import (
    binary,
    checksums,
    decoded,
    derived,
    dispatch,
    encoded,
    matching,
    numeric,
    oddities,
    patterns,
    places,
    shapes,
    states,
    tables,
    text,
    typed,
)
from tests.quality.planted_rig import Planted

#: Executions for one thing that has to be seen, for two or three, for several, and for a search.
ONE, TWO, SOME, MANY = 500, 2_000, 5_000, 20_000


def _crc_chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


_LOG = b"LOG2 started"
_DIGESTED = "please revoke"
_HASHED = b"\x90\x10bc"
_KEYED = b"body"
_PAYLOAD = b"\x05\x01\xfe\xf1"
_GRAY = 0x49_DE85
_CHUNK = b"\x89CHK\x00\x03EDfin"
_CRC_16 = b"\x05\x64\x00\x00\x00"

_TEXT = (
    Planted(text.section_header, ONE, ("[telemetry]",)),
    Planted(text.ledger_banner, ONE, ("BEGIN LEDGER",)),
    Planted(text.session_token, ONE, (hashlib.sha1(b"orchard").hexdigest()[:18],)),
    Planted(text.url_scheme, ONE, ("gopher://abcd",)),
    Planted(text.public_key_line, TWO, ("ssh-ed25519 AAAA me",), seed=("ssh-rsa AAAAB3Nz me@host",)),
    Planted(text.nested_tag, TWO, ("<!DOCTYPE",)),
    Planted(text.archive_name, TWO, ("a" * 8 + ".tar.zst",)),
    Planted(text.cookie_attribute, ONE, ("a=bc; SameSite=",)),
    Planted(text.heredoc, TWO, ("<<EOT xyEOT;",)),
    Planted(text.last_separator, TWO, ("a -- bcdefg",)),
    Planted(text.header_field, TWO, ("X-Retry-Budget: unlimited",)),
    Planted(text.mail_domain, TWO, ("me@mx.example.org",)),
    Planted(text.ledger_row, TWO, ("1|2|3|refund|5|6",)),
    Planted(text.command_words, TWO, ("schedule it nightly",)),
    Planted(text.arrow_chain, MANY, ("a => b => c => d => e",)),
    Planted(text.commented_word, TWO, ("# deprecated",)),
    Planted(text.dashed_number, TWO, ("KX-810-77Q",)),
    Planted(text.branch_name, TWO, ("refs/heads/hotfix",)),
    Planted(text.stripped_extension, TWO, ("my_layout.jinja2",)),
    Planted(text.mirrored_halves, SOME, ("abcdef/fedcba",)),
    Planted(text.closing_tag, SOME, ("<table>x</table>",)),
    Planted(text.alphabetical_range, ONE, ("mulberry",)),
    Planted(text.character_by_character, TWO, ("%?q~Ж",)),
    Planted(text.second_line, TWO, ("a\ncontent-disposition\nb",)),
    Planted(text.joined_path, ONE, ("archive-2031",)),
    Planted(text.padded_code, ONE, ("417733",)),
)

_BINARY = (
    Planted(binary.texture_magic, ONE, (b"\xabKTX 20\xbb",)),
    Planted(binary.chunk_type, ONE, (b"0123456789abfcTL-",)),
    Planted(binary.trailing_signature, TWO, (b"12345678\x1aEND-OF-CARD",)),
    Planted(binary.marker_inside, ONE, (b"1234567\xff\xda\x00\x0c",)),
    Planted(binary.zero_terminated, TWO, (b"ustar-ext\0x",)),
    Planted(binary.first_byte_ladder, TWO, (b"\x7f\xc3\x9e\0\0\x04",)),
    Planted(binary.port_number, TWO, (struct.pack(">HHI", 0, 5683, 0),)),
    Planted(binary.medium_integer, ONE, (b"\0\xc1\xa5\x5e",)),
    Planted(binary.little_quad, ONE, (b"1234" + struct.pack("<Q", 0x0123_89AB_4567_CDEF),)),
    Planted(binary.signed_short, TWO, (struct.pack(">hh", -12_345, 1),)),
    Planted(binary.double_field, ONE, (struct.pack("<d", 6.02214076e23),)),
    Planted(binary.float_threshold, TWO, (struct.pack(">f", 36.6),)),
    Planted(binary.resource_header, TWO, (struct.pack("<4sHHI", b"RSRC", 3, 0x0410, 70_001),)),
    Planted(binary.complement_fields, SOME, (struct.pack("<HH", 301, 301 ^ 0xFFFF),)),
    Planted(binary.equal_fields, TWO, (b"\0\0\0\0" + b"abcd" * 3,)),
    Planted(binary.variable_length, MANY, (b"\xe7\xa7\x12",)),
    Planted(binary.hex_of_bytes, ONE, (b"\x2a\x9f\x41\xd0\x7c",)),
    Planted(binary.mutable_copy, ONE, (b"ab\x00\x01\xfeMZ\xff",)),
    Planted(binary.window, ONE, (b"abcdvmlinzz",)),
    Planted(binary.prime_key, TWO, ((2**255 - 19).to_bytes(32, "big"),)),
    Planted(binary.thousand_bits, TWO, ((3**630).to_bytes(125, "little"),)),
    Planted(binary.version_range, ONE, (b"\x02\x07\xff\x01",)),
    Planted(binary.separated_records, TWO, (b"\x1e\x1e\x02GS\x03\x1e",)),
)

_NUMERIC = (
    Planted(numeric.account_number, ONE, (8_675_309_123,)),
    Planted(numeric.mersenne, ONE, (2**521 - 1,)),
    Planted(numeric.below_zero, ONE, (-271_828_182_845,)),
    Planted(numeric.off_by_some, ONE, (0x7FFF_FFFF_1234 - 17,)),
    Planted(numeric.last_seconds, ONE, (86_399_955,)),
    Planted(numeric.not_a_default, ONE, (4_294_967_297,)),
    Planted(numeric.planck, ONE, (6.62607015e-34,)),
    Planted(numeric.freezing, ONE, (273.15,)),
    Planted(numeric.light_speed, ONE, (299_792_458.0,)),
    Planted(numeric.plain_digits, ONE, ("40961337",)),
    Planted(numeric.hex_digits, ONE, ("5eedcafe0071",)),
    Planted(numeric.octal_mode, TWO, ("mode=64755",)),
    Planted(numeric.decimal_fraction, ONE, ("1013.25",)),
    Planted(numeric.byte_digits, ONE, (b"1048583",)),
    Planted(numeric.screen_size, SOME, ("1366x768",)),
    Planted(numeric.page_range, SOME, ("100001-100005",)),
    Planted(numeric.leap_day, MANY, ("29.2.2024",)),
    Planted(numeric.leap_second, MANY, ("23:59:60",)),
    Planted(numeric.beyond_64_bits, SOME, ("9" * 20,)),
    Planted(numeric.overflowing_float, TWO, ("1e999",)),
    Planted(numeric.tiny_positive, MANY, ("1e-300",)),
    Planted(numeric.amount_with_currency, SOME, ("1999.50 XDR",)),
    Planted(numeric.port_and_protocol, MANY, ("ab:36411/sctp",)),
)

_TABLES = (
    Planted(tables.unit_of_length, TWO, ("5 cubit",)),
    Planted(tables.unit_subscript, ONE, ("league",)),
    Planted(tables.unit_get, ONE, ("cubit",)),
    Planted(tables.statement_kind, ONE, ("DROP VIEW;",)),
    Planted(tables.chunk_kind, ONE, (b"1234tRNS",)),
    Planted(tables.reserved_word, TWO, ("interface,volatile",)),
    Planted(tables.known_verb, TWO, ("MKCOL /~me",)),
    Planted(tables.list_made_now, ONE, ("ochre-xxl",)),
    Planted(tables.entity_declaration, TWO, ("<!ENTITY x SYSTEM>",)),
    Planted(tables.escape_sequence, TWO, (b"\x1b[?1049h\x07",)),
    Planted(tables.part_of_constant, ONE, ("tuesday",)),
    Planted(tables.machine_number, TWO, (b"\x64\x86\x03\x00",)),
    Planted(tables.port_name, ONE, ("11211",)),
    Planted(tables.tuple_key, TWO, ("encode:flac",)),
    Planted(tables.table_of_tables, TWO, ("statement.vacuum",)),
    Planted(tables.station, ONE, ("barbarBAR",)),
    Planted(tables.one_station, SOME, ("from=jungimCOR",)),
    Planted(tables.missing_header, MANY, ("Accept: *\nContent-Range: 1",)),
    Planted(tables.query_parameter, TWO, ("response_mode=form_post",)),
    Planted(tables.option_value, TWO, ("qbest",)),
    Planted(tables.code_point_range, TWO, ("\u2ff5亻",)),
)

_DISPATCH = (
    Planted(dispatch.shell_command, TWO, ("rotate certificates",)),
    Planted(dispatch.shell_attribute, TWO, ("purgenow!",)),
    Planted(dispatch.visited_node, SOME, ("assign#12",)),
    Planted(dispatch.has_method, ONE, ("quit",)),
    Planted(dispatch.enum_by_value, ONE, ("panic-now",)),
    Planted(dispatch.enum_by_name, SOME, ("PANIC;x",)),
    Planted(dispatch.enum_of_numbers, TWO, (b"\0\x41\xf2",)),
    Planted(dispatch.registered_handler, MANY, ("workspace/symbol\n*",)),
    Planted(dispatch.global_function, TWO, ("geometry(POINT",)),
    Planted(dispatch.class_by_name, ONE, ("snappy",)),
    Planted(dispatch.abbreviated_command, TWO, ("reflo",)),
)

_MATCHING = (
    Planted(matching.literal_word, ONE, ("kexec",)),
    Planted(matching.literal_bytes, SOME, (b"\x16\x03\x01\x0212345",)),
    Planted(matching.literal_number, ONE, ("1418",)),
    Planted(matching.dotted_name, TWO, ("status=key-revoked",)),
    Planted(matching.command_sequence, TWO, ("attach volume home",)),
    Planted(matching.starred_sequence, SOME, ("route,a,b,via,c",)),
    Planted(matching.mapping_of_json, SOME, ('{"type": "delta", "seq": 9001}',)),
    Planted(matching.nested_mapping, SOME, ('{"layers": [{"op": "crop"}]}',)),
    Planted(matching.singletons, SOME, ('{"enabled": true, "quota": null}',)),
    Planted(matching.class_pattern, TWO, ("640;480",)),
    Planted(matching.nested_classes, TWO, ("loop{break next",)),
    Planted(matching.guarded_pair, SOME, ("east-EAST",)),
    Planted(matching.ladder_of_cases, TWO, ("/users/me/banner",)),
)

_PATTERNS = (
    Planted(patterns.iso_week, ONE, ("2031-W17-4",)),
    Planted(patterns.colour, ONE, ("#00ff00ff",)),
    Planted(patterns.error_code, TWO, (" ERR-ABC1234",)),
    Planted(patterns.attributes, TWO, ('a="" b="" c=""',)),
    Planted(patterns.attribute_value, TWO, ('timeout="3000"',)),
    Planted(patterns.split_chain, TWO, ("a->b=>c->d",)),
    Planted(patterns.substituted_name, TWO, ("${HOME}",)),
    Planted(patterns.scanned_tokens, SOME, ("a := 1;",)),
    Planted(patterns.tokens_by_position, TWO, ("begin;commit",)),
    Planted(patterns.dated_line, ONE, ("Friday, 1 March 2030",)),
    Planted(patterns.strong_password, ONE, ("Aa1!bcde",)),
    Planted(patterns.lonely_price, ONE, ("EUR 500",)),
    Planted(patterns.paired_tag, ONE, ("<abcd>x</abcd>",)),
    Planted(patterns.quoted_value, ONE, ("a='bcd';",)),
    Planted(patterns.phone_number, TWO, ("+1 (555) 000-0000",)),
    Planted(patterns.host_after_at, TWO, ("a@bc.onion",)),
    Planted(patterns.picture_header, ONE, (b"\x89MNG\r\n\x1a\n\0\0\0\x0dIHDR",)),
    Planted(patterns.greek_word, ONE, ("αβγδ ΑΒ",)),
    Planted(patterns.any_case_option, ONE, ("'abc\noption Explicit",)),
    Planted(patterns.optional_bracket, ONE, ("<me@a.b>",)),
    Planted(patterns.possessive, ONE, ("abc_123ab",)),
    Planted(patterns.escaped_prefix, ONE, ("cfg.v2[11]",)),
    Planted(patterns.hardware_address, ONE, ("00:11:22:33:44:55:66:77",)),
    Planted(patterns.multicast_address, SOME, ("239.1.2.251",)),
    Planted(patterns.equal_groups, SOME, ("1234.5.1234",)),
    Planted(patterns.optional_token, TWO, ("/admin/shutdown?token=0123abcd",)),
    Planted(patterns.release_candidate, SOME, ("~0.1.2-rc.100",)),
    Planted(patterns.select_by_id, SOME, ("SELECT * FROM t WHERE id = 1 UNION",)),
)

_ENCODED = (
    Planted(encoded.lower_case, TWO, ("Keep-Alive",)),
    Planted(encoded.upper_case, TWO, ("max_forwards=7",)),
    Planted(encoded.folded_case, ONE, ("Größe-XXL",)),
    Planted(encoded.header_in_any_case, TWO, (b"Transfer-Encoding: chunked",)),
    Planted(encoded.capital_words, TWO, ("http strict transport",)),
    Planted(encoded.basic_credentials, SOME, ("Basic " + base64.b64encode(b"letmein:2041!").decode(),)),
    Planted(encoded.base64_field, TWO, (base64.b64encode(b"\x00session\xff"),)),
    Planted(encoded.hex_field, TWO, ("de10c09b44",)),
    Planted(encoded.hex_of_text, TWO, (b"\\x" + b"bytea".hex().encode(),)),
    Planted(encoded.percent_path, TWO, ("/caf%C3%A9/men%C3%BC",), measures=("urllib.parse",)),
    Planted(encoded.escaped_json, TWO, ('"first \\"line\\"\\nsecond"',)),
    Planted(encoded.escaped_literal, SOME, ("('retry', 3, None)",)),
    Planted(encoded.escaped_control, TWO, ("\\x1b[0;31m",)),
    Planted(encoded.markup_entities, TWO, ("&lt;b class='x'>".replace("'", '"'),), measures=("html",)),
    Planted(encoded.utf_16, TWO, (b"ab" + "Volume".encode("utf-16-le"),)),
    Planted(encoded.utf_16_with_mark, TWO, (b"\xfe\xff" + "Name;".encode("utf-16-be"),)),
    Planted(encoded.utf_8, ONE, ("Привет, мир".encode(),)),
    Planted(encoded.latin_1, TWO, (" Señor Núñez".encode("latin-1"),)),
    Planted(encoded.day_of_year, SOME, ("1969-07-20",)),
    Planted(encoded.exact_decimal, SOME, ("4711.0625",)),
    Planted(encoded.unfolded_line, TWO, ("END:VALARM\r\n",)),
)

_SHAPES = (
    Planted(shapes.shipped_rows, SOME, ("id,state\n7,shipped",)),
    Planted(shapes.currency_column, SOME, ("currency;b\nXAU;2",), measures=("csv",)),
    Planted(shapes.subscription, SOME, ('{"action": "subscribe", "topics": [1, 2, 3]}',)),
    Planted(shapes.tls_settings, SOME, ('{"server": {"tls": {"min_version": 1.3}}}',)),
    Planted(shapes.large_ratio, SOME, ('{"ratio": 1e7}',)),
    Planted(
        shapes.batch_of_calls,
        SOME,
        (b'[{"method": "eth_call"}, {"method": "eth_call"}]',),
        seed=(b'[{"id": 1, "method": "net_version"}]',),
    ),
    Planted(shapes.quiet_section, SOME, ("[paths]\ncache = none",), measures=("configparser",)),
    Planted(
        shapes.manifest,
        MANY,
        ('<manifest release="beta"><permission/></manifest>',),
        seed=('<?xml version="1.0"?><note kind="a">text</note>',),
    ),
    Planted(shapes.offline_scope, SOME, ("scope=offline&scope=email",), measures=("urllib.parse",)),
    Planted(shapes.request_line, SOME, ("MERGE / HTTP/1.1\r\n\r\nx",)),
    Planted(shapes.settings_lines, TWO, ("mode=append\ndepth=17",)),
    Planted(shapes.tagged_values, SOME, (b"\x30\x05\x04\x03\x2a\0\0",)),
    Planted(shapes.quoted_field, SOME, ('"a\\"b\\"c",,',)),
    Planted(shapes.expression_depth, MANY, ("(" * 9 + ")" * 9,), seed=("(a + b) * 2",)),
    Planted(shapes.equal_rows, MANY, ("\n".join(["1\t2\t3\t4"] * 4),), seed=("id\tname\n1\tanna\n",)),
    Planted(
        shapes.indented_block,
        MANY,
        ("\n".join(" " * depth + "x" for depth in range(7)),),
        seed=("if x:\n    y\n",),
    ),
    Planted(shapes.assembler_line, SOME, ("here: cmovz r13, r8",)),
    Planted(shapes.schedule_macro, ONE, ("@reboot+90s jitter",)),
    Planted(shapes.chunked_header, MANY, (b"GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",)),
    Planted(shapes.key_groups, SOME, ("ABCDE-FGHIJ-KLMNO-PQRST",)),
)

_DECODED = (
    Planted(decoded.event_lines, SOME, ('{"level": "fatal", "code": 137}',)),
    Planted(decoded.token_claims, SOME, ("a." + base64.b64encode(b'{"role": "auditor"}').decode() + ".b",)),
    Planted(decoded.packed_report, SOME, (gzip.compress(b'{"status": "degraded"}'),)),
    Planted(
        decoded.rename_call,
        SOME,
        ('{"jsonrpc": "2.0", "method": "file/rename", "params": {"old": "master"}}',),
    ),
    Planted(decoded.overdrawn, SOME, ('{"accounts": [{"balance": -25001}]}',)),
    Planted(decoded.exact_answer, ONE, ('{"ok": false, "error": {"code": -32601, "data": []}}',)),
    Planted(decoded.failed_payment, TWO, ("kind,state\npayment,failed",)),
    Planted(
        decoded.large_call,
        SOME,
        ('{"jsonrpc": "2.1", "params": [{"amount": 10001}], "method": "remit"}',),
    ),
    Planted(decoded.callback_query, TWO, ("state=&error=access_denied",)),
    Planted(decoded.one_time_secret, ONE, (base64.b32encode(b"harvest-moon").decode(),)),
    Planted(decoded.deploy_command, TWO, ("deploy '--force now' x",)),
    Planted(decoded.cell_of_table, TWO, ('<td>R&amp;D &lt;"east"></td>',)),
    Planted(decoded.monday_delivery, TWO, ("06/01/2031",)),
    Planted(decoded.large_transfer, TWO, ("100000",)),
    Planted(decoded.frame_rate, ONE, ("30000/1001",)),
    Planted(decoded.group_address, ONE, ("ff02::1",)),
    Planted(decoded.ordered_id, TWO, ("12345678-1234-7234-9234-0242ac130003",)),
    Planted(decoded.plugin_table, TWO, ('plugins = {enabled = ["lint", "spell"]}',)),
    Planted(decoded.bearer_token, TWO, ("eyJhbGciOiAibm9uZSJ9.eyJyb2xlIjogImFkbWluIn0.",)),
    Planted(
        decoded.feed_item,
        TWO,
        (b'<rss><channel><item lang="nn"><title>Nytt</title></item></channel></rss>',),
    ),
)

_CHECKSUMS = (
    Planted(checksums.xor_trailer, SOME, (b"\0PING" + bytes([0x50 ^ 0x49 ^ 0x4E ^ 0x47]),)),
    Planted(checksums.navigation_sentence, MANY, ("$GPZDA*48",), seed=("$GPGLL,4916.45,N*57",)),
    Planted(checksums.sum_of_bytes, SOME, (b"\0\x01\x81\0\0\0\0\x7e",)),
    Planted(checksums.internet_checksum, MANY, (struct.pack(">HHHH", 0x0800, 0x7CFD, 0x7B00, 0x0002),)),
    Planted(checksums.crc_trailer, TWO, (_LOG + struct.pack("<I", zlib.crc32(_LOG)),)),
    Planted(
        checksums.chunk_with_crc, SOME, (_crc_chunk(b"gAMA", b"1234"),), seed=(_crc_chunk(b"tEXt", b"Title"),)
    ),
    Planted(
        checksums.adler_header, MANY, (struct.pack(">I", zlib.adler32(b"\x63\xfb1234")) + b"\x63\xfb1234",)
    ),
    Planted(checksums.digest_line, SOME, (hashlib.md5(_DIGESTED.encode()).hexdigest() + "\n" + _DIGESTED,)),
    Planted(checksums.digest_prefix, TWO, (_HASHED + hashlib.sha256(_HASHED).digest()[:8],)),
    Planted(checksums.keyed_digest, TWO, (_KEYED + hmac.digest(b"orchard", _KEYED, "sha256")[:16],)),
    Planted(checksums.signed_cookie, TWO, ("me." + hmac.new(b"meadow", b"me", "sha1").hexdigest()[:16],)),
    Planted(checksums.length_prefix, TWO, (struct.pack(">I", 6) + b"EHLabc",)),
    Planted(checksums.total_length, MANY, (b"BM\x10\0" + bytes(10) + b"(\0",)),
    Planted(checksums.netstring, SOME, (b"10:\x03stat12345,",), seed=(b"12:hello world!,",)),
    Planted(checksums.card_number, MANY, ("4556737586899855",), seed=("4111111111111111",)),
    Planted(checksums.book_number, SOME, ("979-0000000001",), seed=("978-3-16-148410-0",)),
    Planted(checksums.bank_account, MANY, ("GB82WEST12345698765432",), seed=("GB00WEST12345698765432",)),
    Planted(checksums.running_sums, SOME, (b"\xb5\0\0\0\0\0\xb5\x42",)),
    Planted(checksums.crc_by_hand, SOME, (_CRC_16 + struct.pack(">H", binascii.crc_hqx(_CRC_16, 0xFFFF)),)),
    Planted(checksums.last_chunk, TWO, (b"\x89CHK\x00\x00ED" + struct.pack(">I", zlib.crc32(b"ED")),)),
    Planted(checksums.finished_chunk, MANY, (_CHUNK + struct.pack(">I", zlib.crc32(_CHUNK[6:])),)),
    Planted(checksums.record_count, SOME, ("5\na;b;c;d;eof",)),
    Planted(
        checksums.length_and_crc,
        SOME,
        (b"PACK" + struct.pack("<HI", len(_PAYLOAD), zlib.crc32(_PAYLOAD)) + _PAYLOAD,),
    ),
)

_STATES = (
    Planted(states.handshake, SOME, ("HELO\nAUTH x\nFROM\nRCPT\nDATA\n.\nQUIT",)),
    Planted(states.key_lock, SOME, (b"\xc5\x17\xf0\x88\x2d\x66",)),
    Planted(states.table_driven, SOME, (b"\x02\x4a\x91\0\xd7\x3e\x03",)),
    Planted(states.eight_steps, SOME, ("ahovfmtd",)),
    Planted(states.stack_machine, MANY, (b"\x1f\x03*=",)),
    Planted(states.store_and_load, MANY, ("set abcd 1; check abcd 1",)),
    Planted(states.five_times, TWO, ("tick,tick,tick,tick,tick",)),
    Planted(states.nested_five, SOME, ("node/emea/7001/db-r12x",)),
    Planted(states.nested_bytes, SOME, (b"\0ZX\x1f\x42\x0cZSTD\x90\x90\0",)),
    Planted(states.small_language, SOME, ("if true ok false",)),
    Planted(states.versions_negotiated, SOME, (b"\x01\x02ab\x0b\x02ab\x0e\x02ab\x14\x02ab",)),
    Planted(states.comment_and_string, MANY, ("'a' # b\n {c}",)),
    Planted(states.seven_pings, TWO, (b"PING\n" * 7,)),
    Planted(states.four_keys, TWO, ("realm:a|nonce:b|qop:|opaque:c",)),
)

_TYPED = (
    Planted(typed.drain, TWO, ("drain-pool", 70_411)),
    Planted(typed.signature_at, TWO, (b"123\x7fELF", 3)),
    Planted(typed.labelled_ratio, TWO, (True, 0.665, "x/golden")),
    Planted(typed.onion_service, TWO, (9051, "abc.onion")),
    Planted(typed.one_is_double, TWO, (1001, 2002)),
    Planted(typed.sum_of_two, TWO, (1000, 999_000)),
    Planted(typed.flag_bits, SOME, (0x805C_0401,)),
    Planted(typed.small_range, TWO, (-117, 0xB3)),
    Planted(typed.celsius, ONE, (-27_315,)),
    Planted(typed.timestamp, ONE, (1_700_000_000,)),
    Planted(typed.letter, ONE, (0x3A9,)),
    Planted(typed.binary_fraction, ONE, (0.15625,)),
    Planted(typed.same_words, TWO, ("abcdabcd", "abcdabcd")),
    Planted(typed.needle_in_hay, TWO, ("abcdef", "--abcdef")),
    Planted(typed.below_root, TWO, ("/srv/a/b", "/srv/a")),
    Planted(typed.board_square, SOME, (12, 9)),
    Planted(typed.wide_product, TWO, (65_535, 65_535)),
)

_ODDITIES = (
    Planted(oddities.digit_that_is_none, TWO, ("²",)),
    Planted(oddities.foreign_digits, TWO, ("٣٣",)),
    Planted(oddities.mixed_digits, SOME, ("1٣",)),
    Planted(oddities.other_line_ends, TWO, ("a\u2028b",)),
    Planted(oddities.folding_grows, TWO, ("ß",)),
    Planted(oddities.capitals_grow, SOME, ("abcdefgß",)),
    Planted(oddities.byte_order_mark, TWO, ("\ufeffabc",)),
    Planted(oddities.marked_bytes, TWO, (b"\xef\xbb\xbfabc",)),
    Planted(oddities.zero_in_name, TWO, ("a\0.txt",)),
    Planted(oddities.lone_surrogate, TWO, ("\ud800",)),
    Planted(oddities.underscored_number, SOME, ("1_000",)),
    Planted(oddities.not_a_number, TWO, ("nan",)),
    Planted(oddities.negative_zero, TWO, ("-0.0",)),
    Planted(oddities.too_many_digits, MANY, ("1" * 4301,), seed=("1234567",)),
    Planted(oddities.exponent, TWO, ("1e50",)),
    Planted(oddities.deep_nesting, MANY, ("[" * 200,), seed=("[1, [2]]",)),
    Planted(oddities.long_line, MANY, ("a" * 999,), seed=("Subject: hello\n\nworld\n",)),
    Planted(oddities.many_fields, MANY, ("," * 257,), seed=("a,b,c",)),
    Planted(oddities.run_of_one, MANY, ("-" * 73,), seed=("title\n-----\ntext",)),
    Planted(oddities.left_open, SOME, ('"a" "b" "',), seed=('name="value"',)),
    Planted(oddities.percent_template, SOME, ("%s %s",)),
    Planted(oddities.brace_template, SOME, ("{name}",)),
    Planted(oddities.other_blanks, TWO, ("\u3000\u3000",)),
    Planted(oddities.composed_characters, MANY, ("e\u0301",)),
    Planted(oddities.three_line_ends, SOME, ("a\r\nb\rc\nd",)),
    Planted(oddities.path_upwards, MANY, ("a/../../../b",), seed=("usr/share/doc",)),
    Planted(oddities.twice_the_key, MANY, ('{"abc": 1, "abc": 2}',), seed=('{"name": "x"}',)),
    Planted(oddities.block_of_padding, SOME, (b"12345678901" + b"\x05" * 5,)),
)

_PLACES = (
    Planted(places.in_generator, ONE, ("push --no-verify",)),
    Planted(places.in_list, ONE, ("@import x",)),
    Planted(places.in_lambda, ONE, ("aes-chacha20",)),
    Planted(places.in_closure, ONE, ("quorum",)),
    Planted(places.in_loop_condition, ONE, ("a%>}",)),
    Planted(places.in_assertion, ONE, ("SQLite 3",)),
    Planted(places.in_conditional_expression, ONE, ("heavyweight",)),
    Planted(places.stored_first, TWO, ("charset=koi8-u",)),
    Planted(places.negated, TWO, (b"wOF2\x9d12",)),
    Planted(places.either_of, ONE, ("zulu-19",)),
    Planted(places.assigned_inside, TWO, ("a::<init>",)),
    Planted(places.in_property, ONE, ("Upgrade: h2",)),
    Planted(places.in_equality, ONE, ("OPTIONS *",)),
    Planted(places.in_generated_equality, SOME, ("trixie-13",)),
    Planted(places.in_generator_function, ONE, ("a/..;/b",)),
    Planted(places.through_decorator, ONE, ("pass_through",)),
    Planted(places.by_operator_function, ONE, ("roundrobin",)),
    Planted(places.by_sort_order, ONE, ("zoo!",)),
    Planted(places.inside_with, MANY, ("a b fsync 32000",)),
    Planted(places.in_finally, ONE, ("1#fin!",)),
    Planted(places.two_lines_below, TWO, ("rgba(1,2,3,4)",)),
)

_DERIVED = (
    Planted(derived.pair_of_words, TWO, ("locale=is_IS",)),
    Planted(derived.list_of_words, TWO, ("urn:isbn:none",)),
    Planted(derived.tuple_of_bytes, ONE, (b"\x47\x4b\xd3\x02",)),
    Planted(derived.unpacked_tuple, TWO, (struct.pack(">HHH", 1, 517, 40_000),)),
    Planted(derived.set_of_words, TWO, ("nodev noatime nosuid",)),
    Planted(derived.includes_words, TWO, ("br, gzip",)),
    Planted(derived.counted_words, MANY, ("retry retry abort retry",)),
    Planted(derived.two_slices, TWO, (b"0\xe5\x4c3456\x00\xb69",)),
    Planted(derived.backwards, ONE, ("ex.html",)),
    Planted(derived.every_second, SOME, (b"W-I-D-E-!",)),
    Planted(derived.code_point, ONE, ("☃",)),
    Planted(derived.exact_length, TWO, ("x" * 137,)),
    Planted(derived.exact_fields, SOME, (";" * 22,)),
    Planted(derived.high_half, TWO, (0x4D5A9 << 20,)),
    Planted(derived.low_half, ONE, (0xB16B_00B5,)),
    Planted(derived.absolute, ONE, (-7_340_032_001,)),
    Planted(derived.doubled, TWO, (3_888_888_888_888,)),
    Planted(derived.unmasked, TWO, (0x1BAD_D00D ^ 0x5555_5555,)),
    Planted(derived.days_in_seconds, TWO, (19_723 * 86_400 + 86_399,)),
    Planted(derived.temperature, TWO, ((451 - 32) * 5 / 9,)),
    Planted(derived.version_tuple, TWO, ("4.18.310",)),
    Planted(derived.numbers_sum, MANY, ("1+2+99997",)),
    Planted(derived.xored_bytes, SOME, (bytes(byte ^ 0x5A for byte in b"stage2"),)),
    Planted(derived.shifted_letters, SOME, ("caesar*n",)),
    Planted(derived.kelvin, TWO, ("oven:1064.15",)),
    Planted(derived.gross_cents, SOME, ("0 USD\n1249 EUR",)),
    Planted(derived.swapped_pairs, SOME, (b"..EGMO50",)),
    Planted(derived.rot_13, TWO, ("Commence",)),
    Planted(derived.gray_code, SOME, (_GRAY,)),
    Planted(derived.bit_field, TWO, (0x15D << 11 | 1 << 33,)),
)

#: All of them.
PLANTED = (
    *_TEXT,
    *_BINARY,
    *_NUMERIC,
    *_TABLES,
    *_DISPATCH,
    *_MATCHING,
    *_PATTERNS,
    *_ENCODED,
    *_SHAPES,
    *_DECODED,
    *_CHECKSUMS,
    *_STATES,
    *_TYPED,
    *_ODDITIES,
    *_PLACES,
    *_DERIVED,
)

#: Names of those that the engine does not solve within their bounds as yet, one a line.  One that is
#: solved must leave the list: test_planted.py, in its long run, fails to say so.  It is printed by
#: ``planted_report --not-yet``.
_NOT_YET = """
    binary.float_threshold
    numeric.amount_with_currency
    tables.chunk_kind
    tables.one_station
    matching.nested_classes
    patterns.attributes
    patterns.split_chain
    patterns.scanned_tokens
    patterns.any_case_option
    encoded.upper_case
    shapes.settings_lines
    shapes.equal_rows
    shapes.indented_block
    shapes.schedule_macro
    shapes.key_groups
    checksums.book_number
    checksums.running_sums
    checksums.length_and_crc
    checksums.finished_chunk
    states.handshake
    states.table_driven
    states.stack_machine
    states.five_times
    states.nested_bytes
    states.small_language
    states.versions_negotiated
    states.four_keys
    typed.board_square
    oddities.twice_the_key
    derived.kelvin
    derived.rot_13
    oddities.too_many_digits
    derived.gross_cents
    decoded.large_call
"""
NOT_YET = frozenset(_NOT_YET.split())
