"""What the standard library has made of a text: of formats in formats, by rows, as objects.

Owns planted conditions (see the package).  Nothing of the standard library is
measured unless the table says so.
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import base64
import csv
import gzip
import html
import io
import ipaddress
import json
import shlex
import tomllib
import uuid
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

from tests.quality.planted.found import Found


def event_lines(text: str) -> None:
    """JSON, an object in each line."""
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(event, dict) and event.get("level") == "fatal":
            if event.get("code") == 137:
                raise Found


def token_claims(text: str) -> None:
    """JSON in base64, between dots."""
    parts = text.split(".")
    if len(parts) != 3:
        return
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, RecursionError):
        return
    if isinstance(claims, dict) and claims.get("role") == "auditor":
        raise Found


def packed_report(data: bytes) -> None:
    """JSON, packed."""
    try:
        report = json.loads(gzip.decompress(data))
    except (OSError, EOFError, ValueError, RecursionError):
        return
    except Exception as error:  # zlib has one of its own
        if type(error).__name__ != "error":
            raise
        return
    if isinstance(report, dict) and report.get("status") == "degraded":
        raise Found


def rename_call(text: str) -> None:
    """A call by name, with arguments of the right types."""
    request = _from_json(text)
    if not isinstance(request, dict) or request.get("jsonrpc") != "2.0":
        return
    handler = _HANDLERS.get(str(request.get("method")))
    try:
        if handler is not None:
            handler(request.get("params"))
    except (KeyError, TypeError):
        return


def _rename(params: Any) -> None:
    if not isinstance(params, dict):
        raise TypeError
    if isinstance(params["old"], str) and params["old"] == "master":
        raise Found


_HANDLERS: dict[str, Callable[[Any], object]] = {"file/rename": _rename, "file/close": len}


def overdrawn(text: str) -> None:
    """A number in an object in a list in an object."""
    book = _from_json(text)
    try:
        for account in book["accounts"]:
            if account["balance"] < -25_000:
                raise Found
    except (KeyError, TypeError, IndexError):
        return


def exact_answer(text: str) -> None:
    """An object as a whole."""
    if _from_json(text) == {"ok": False, "error": {"code": -32601, "data": []}}:
        raise Found


def failed_payment(text: str) -> None:
    """CSV by columns: two of them in one row."""
    try:
        for row in csv.DictReader(io.StringIO(text)):
            if row.get("kind") == "payment" and row.get("state") == "failed":
                raise Found
    except csv.Error:
        return


def large_call(text: str) -> None:
    """JSON: a call with arguments of certain types, one in another, and a number that is large."""
    try:
        message = json.loads(text)
        if message.get("jsonrpc") != "2.1":
            return
        arguments = message["params"]
        if message["method"] == "remit" and isinstance(arguments, list) and arguments[0]["amount"] > 10_000:
            raise Found
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError):
        return


def callback_query(text: str) -> None:
    """A query with two keys."""
    try:
        fields = parse_qs(text, keep_blank_values=True)
    except ValueError:
        return
    if "state" in fields and fields.get("error", [""])[0] == "access_denied":
        raise Found


def one_time_secret(text: str) -> None:
    """Base32 of a word."""
    try:
        secret = base64.b32decode(text)
    except ValueError:
        return
    if secret == b"harvest-moon":
        raise Found


def deploy_command(text: str) -> None:
    """The words of a shell."""
    try:
        words = shlex.split(text)
    except ValueError:
        return
    if len(words) >= 3 and words[0] == "deploy" and "--force now" in words:
        raise Found


def cell_of_table(text: str) -> None:
    """Entities in what stands between two tags."""
    if text.startswith("<td>") and text.endswith("</td>"):
        if html.unescape(text[4:-5]) == 'R&D <"east">':
            raise Found


def monday_delivery(text: str) -> None:
    """A date in a format, its year and the day of the week."""
    try:
        day = datetime.strptime(text, "%d/%m/%Y")
    except ValueError:
        return
    if day.year == 2031 and day.weekday() == 0:
        raise Found


def large_transfer(text: str) -> None:
    """A decimal number beyond another."""
    if len(text) > 50:
        return
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return
    if amount.is_finite() and amount > Decimal("99999.99") and amount < Decimal(100250):
        raise Found


def frame_rate(text: str) -> None:
    """A fraction."""
    try:
        rate = Fraction(text)
    except (ValueError, ZeroDivisionError):
        return
    if rate == Fraction(30000, 1001):
        raise Found


def group_address(text: str) -> None:
    """An address of a sort."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return
    if address.version == 6 and address.is_multicast:
        raise Found


def ordered_id(text: str) -> None:
    """A UUID of a version, with some bits."""
    try:
        identity = uuid.UUID(text)
    except ValueError:
        return
    if identity.version == 7 and identity.node == 0x0242_AC13_0003:
        raise Found


def plugin_table(text: str) -> None:
    """TOML: a table in a table, and a list in it."""
    try:
        settings = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    plugin = settings.get("plugins", {})
    if isinstance(plugin, dict) and plugin.get("enabled") == ["lint", "spell"]:
        raise Found


def feed_item(data: bytes) -> None:
    """XML: a child of a child, an attribute of it, its text."""
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError, LookupError):
        return
    item = root.find("channel/item")
    if item is not None and item.get("lang") == "nn":
        if item.findtext("title") == "Nytt":
            raise Found


def bearer_token(text: str) -> None:
    """JSON in base64 that the program pads, twice, between dots."""
    parts = text.split(".")
    if len(parts) != 3:
        return
    try:
        header, claims = (
            json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2]
        )
    except (ValueError, RecursionError):
        return
    if not isinstance(header, dict) or not isinstance(claims, dict):
        return
    if header.get("alg") == "none" and claims.get("role") == "admin":
        raise Found


def _from_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
