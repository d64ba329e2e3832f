"""The kinds of value that a cell can be, one bit each."""

from __future__ import annotations

from enum import IntEnum
from typing import Final


class Kind(IntEnum):
    """The bit of each kind of value."""

    SSN = 0
    SSN_DASHED = 1
    SSN_SHORT = 2
    PHONE = 3
    PHONE_FORMATTED = 4
    EMAIL = 5
    DATE = 6
    DATE_YEAR_LAST = 7
    DAY_FIRST = 8
    MONTH_FIRST = 9
    TIMED = 10
    ADULT = 11
    FIFTEEN = 12
    IMEI = 13
    IMSI = 14
    ICCID = 15
    CARD = 16
    POSTCODE = 17
    REGION = 18
    NAME = 19
    COMMA_NAME = 20
    GIVEN = 21
    FAMILY = 22
    CITY = 23
    STREET = 24
    NUMBERED = 25
    NUMBER = 26
    PIN = 27
    LICENCE = 28
    CODE = 29
    FULL_NAME = 30
    PHONE_ABROAD = 31
    POSTCODE_LONG = 32
    TAX_ID = 33
    FILLED = 34
    PHONE_LOOSE = 35
    WORDED = 36
    COMPANY = 37
    COORDINATE = 38
    IP = 39
    MAC = 40
    UUID = 41
    HASHED = 42
    IBAN = 43
    ROUTING = 44
    MBI = 45
    ICD10 = 46
    MIXED = 47
    TEXT = 48
    WORD = 49
    POSTAL = 50
    PAIR = 51
    EMAILS = 52
    IMSI_NEAR = 53
    JSON = 54
    XML = 55
    SERIALISED = 56


KINDS: Final = len(Kind)
