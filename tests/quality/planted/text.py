"""Texts compared with words, and asked for them by the methods of ``str``.

Owns planted conditions (see the package).  Each stands on its own, as in a
small parser of configuration, headers or commands.
"""

# Conditions inside conditions are what is planted here.
# ruff: noqa: SIM102

from __future__ import annotations

import hashlib

from tests.quality.planted.found import Found


def section_header(text: str) -> None:
    """A whole text is one word."""
    if text == "[telemetry]":
        raise Found


def ledger_banner(text: str) -> None:
    """What begins otherwise is turned away."""
    if text[:12] != "BEGIN LEDGER":
        return
    raise Found


def session_token(text: str) -> None:
    """The word is computed, so that no constant in the code holds it."""
    expected = hashlib.sha1(b"orchard").hexdigest()[:18]
    if text == expected:
        raise Found


def url_scheme(text: str) -> None:
    """A prefix."""
    if text.startswith("gopher://") and len(text) > 12:
        raise Found


def public_key_line(text: str) -> None:
    """One of several prefixes, and not in its shortest form."""
    if text.startswith(("ssh-ed25519 ", "ecdsa-sha2-nistp384 ")) and text.count(" ") == 2:
        raise Found


def nested_tag(text: str) -> None:
    """A prefix at a position."""
    if text[:1] == "<" and text.startswith("!DOCTYPE", 1):
        raise Found


def archive_name(text: str) -> None:
    """A suffix of something longer."""
    if len(text) >= 12 and text.endswith(".tar.zst"):
        raise Found


def cookie_attribute(text: str) -> None:
    """A word that must be found, but not at once."""
    at = text.find("; SameSite=")
    if at >= 4:
        raise Found


def heredoc(text: str) -> None:
    """A mark that must be there, and its end after it."""
    try:
        begin = text.index("<<EOT")
        end = text.index("EOT;", begin + 5)
    except ValueError:
        return
    if end > begin + 6:
        raise Found


def last_separator(text: str) -> None:
    """Found from the right, with something before and behind."""
    at = text.rfind(" -- ")
    if 0 < at < len(text) - 6:
        raise Found


def header_field(text: str) -> None:
    """The part before a colon is one word, the part behind another."""
    name, colon, value = text.partition(":")
    if colon and name == "X-Retry-Budget" and value.strip() == "unlimited":
        raise Found


def mail_domain(text: str) -> None:
    """The part behind the last separator."""
    user, at, domain = text.rpartition("@")
    if at and user and domain == "mx.example.org":
        raise Found


def ledger_row(text: str) -> None:
    """So many fields, and one of them a word."""
    fields = text.split("|")
    if len(fields) == 6 and fields[3] == "refund":
        raise Found


def command_words(text: str) -> None:
    """Words between blanks, of which two matter."""
    words = text.split()
    if len(words) > 2 and words[0] == "schedule" and words[-1] == "nightly":
        raise Found


def arrow_chain(text: str) -> None:
    """A separator that must come often enough."""
    if text.count(" => ") == 4:
        raise Found


def commented_word(text: str) -> None:
    """A word in decoration."""
    if text[:1] == "#" and text.strip("#*- \t") == "deprecated":
        raise Found


def dashed_number(text: str) -> None:
    """A word once its dashes are out, of which there must be some."""
    if text.count("-") >= 2 and text.replace("-", "") == "KX81077Q":
        raise Found


def branch_name(text: str) -> None:
    """What is left without a prefix."""
    rest = text.removeprefix("refs/heads/")
    if rest != text and rest == "hotfix":
        raise Found


def stripped_extension(text: str) -> None:
    """What is left without a suffix."""
    stem = text.removesuffix(".jinja2")
    if stem != text and stem.endswith("_layout"):
        raise Found


def mirrored_halves(text: str) -> None:
    """Two parts of the same text compared with each other."""
    left, slash, right = text.partition("/")
    if slash and len(left) >= 6 and len(set(left)) >= 4 and left == right[::-1]:
        raise Found


def closing_tag(text: str) -> None:
    """A name at the beginning that has to come again in the end."""
    if not text.startswith("<"):
        return
    name, bracket, rest = text[1:].partition(">")
    if bracket and len(name) >= 5 and name.isalpha() and rest.endswith(f"</{name}>"):
        raise Found


def alphabetical_range(text: str) -> None:
    """Between two words, by order."""
    if "mulberry" <= text < "mulch":
        raise Found


def character_by_character(text: str) -> None:
    """One character after another, each in a condition of its own."""
    if len(text) < 5 or text[0] != "%":
        return
    if text[1] == "?":
        if text[2] == "q":
            if text[3] == "~":
                if text[4] == "Ж":
                    raise Found


def second_line(text: str) -> None:
    """A word in its line."""
    lines = text.splitlines()
    if len(lines) >= 3 and lines[1] == "content-disposition":
        raise Found


def joined_path(text: str) -> None:
    """Compared after it was put together."""
    name = text.strip("/")
    if "/".join(("", "srv", name)) == "/srv/archive-2031":
        raise Found


def padded_code(text: str) -> None:
    """Compared after it was filled up."""
    if 0 < len(text) < 9 and text.zfill(9) == "000417733":
        raise Found
