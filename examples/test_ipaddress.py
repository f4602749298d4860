"""ipaddress against the C library: the same addresses, and no others."""

import ipaddress
import socket

from gofuzz_py import load_tests


def by_ipaddress(text):
    try:
        return ipaddress.ip_address(text).packed
    except ValueError:
        return None


def by_c_library(text):
    for family in (socket.AF_INET, socket.AF_INET6):
        try:
            return socket.inet_pton(family, text)
        except (OSError, ValueError):
            continue
    return None


def FuzzIpAddress(f):
    f.add("192.0.2.33")
    f.add("2001:db8::1")
    f.add("::ffff:192.0.2.128")

    @f.fuzz
    def target(t, text: str):
        if "%" in text:
            t.skip("only ipaddress knows scope ids")
        t.assertEqual(by_ipaddress(text), by_c_library(text))
