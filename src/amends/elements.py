"""The vocabulary of personal data, and masks over it.

An element is one kind of personal data. A set of elements is a 64-bit mask: bit `Element.bit` set means that the
element is in the set. Bits are part of the stored tables, so they are never renumbered or reused.

The vocabulary is that of the United States breach statutes (see `duties/regimes/`), with one element of amends' own,
`customer_account`: statutes speak of *financial* account numbers, and a customer number must not trigger them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import Final


class Sensitivity(IntEnum):
    """How much harm an element does in the wrong hands, from contact data to what opens a credit line."""

    CONTACT = 1
    IDENTIFYING = 2
    SENSITIVE = 3
    CRITICAL = 4


@dataclass(frozen=True, slots=True)
class Element:
    """One kind of personal data.

    `id` is stable and used in tables and rule files; `english` and `spanish` are the plain names that people read in
    notices, written to stand inside a sentence after "your" / "su".
    """

    id: str
    bit: int
    english: str
    spanish: str
    sensitivity: Sensitivity

    @property
    def mask(self) -> int:
        """The mask that holds this element alone."""
        return 1 << self.bit


@dataclass(frozen=True, slots=True)
class Composite:
    """A condition that rule files name as one element: any of the listed sets of elements satisfies it."""

    id: str
    meaning: str
    any_of: tuple[int, ...]


_C, _I, _S, _X = Sensitivity.CONTACT, Sensitivity.IDENTIFYING, Sensitivity.SENSITIVE, Sensitivity.CRITICAL

ELEMENTS: Final[tuple[Element, ...]] = (
    Element("name", 0, "name", "nombre", _C),
    Element("phone", 1, "telephone number", "número de teléfono", _C),
    Element("address", 2, "postal address", "dirección postal", _C),
    Element("email", 3, "e-mail address", "correo electrónico", _C),
    Element("dob", 4, "date of birth", "fecha de nacimiento", _I),
    Element("ssn", 5, "Social Security number", "número de Seguro Social", _X),
    Element("driver_license", 6, "driver's license number", "número de licencia de conducir", _X),
    Element("state_id", 7, "state identification card number", "número de identificación estatal", _X),
    Element("government_id", 8, "government identification number", "número de identificación oficial", _X),
    Element("passport", 9, "passport number", "número de pasaporte", _X),
    Element("tax_id", 10, "taxpayer identification number", "número de identificación fiscal", _X),
    Element("military_id", 11, "military identification number", "número de identificación militar", _X),
    Element("irs_ip_pin", 12, "IRS identity protection PIN", "PIN de protección de identidad del IRS", _X),
    Element("account_number", 13, "financial account number", "número de cuenta financiera", _S),
    Element("payment_card", 14, "payment card number", "número de tarjeta de pago", _X),
    Element("pin", 15, "account PIN", "PIN de la cuenta", _S),
    Element("password", 16, "password", "contraseña", _X),
    Element("access_code", 17, "security or access code", "código de seguridad o de acceso", _X),
    Element("username", 18, "user name", "nombre de usuario", _I),
    Element("security_answer", 19, "security question and answer", "pregunta y respuesta de seguridad", _S),
    Element("medical", 20, "medical information", "información médica", _X),
    Element("health_insurance", 21, "health insurance number", "número de seguro médico", _S),
    Element("biometric", 22, "biometric data", "datos biométricos", _X),
    Element("genetic", 23, "genetic data", "datos genéticos", _X),
    Element("imei", 24, "device number (IMEI)", "número de su dispositivo (IMEI)", _I),
    Element("imsi", 25, "SIM subscriber number (IMSI)", "número de abonado de la SIM (IMSI)", _I),
    Element("device_id", 26, "device identifier", "identificador de dispositivo", _I),
    Element("iccid", 27, "SIM card number (ICCID)", "número de tarjeta SIM (ICCID)", _I),
    Element("location", 28, "location", "ubicación", _S),
    Element("cpni", 29, "calling and service records", "registros de llamadas y servicios", _S),
    Element("e_signature", 30, "electronic signature", "firma electrónica", _S),
    Element("mothers_maiden_name", 31, "mother's maiden name", "apellido de soltera de su madre", _S),
    Element("student_id", 32, "student identification number", "número de identificación estudiantil", _I),
    Element("employee_id", 33, "employee identification number", "número de identificación de empleado", _I),
    Element("alpr", 34, "license plate reader records", "registros de lectura de placas", _S),
    Element("security_token", 35, "security token", "token de seguridad", _X),
    Element(
        "birth_or_marriage_certificate", 36, "birth or marriage certificate", "acta de nacimiento o matrimonio", _S
    ),
    Element("work_evaluation", 37, "work evaluation", "evaluación laboral", _S),
    Element("payroll_withholding", 38, "payroll tax withholding", "retención de impuestos de nómina", _S),
    Element("customer_account", 39, "customer account number", "número de cuenta de cliente", _I),
)

BY_ID: Final = MappingProxyType({element.id: element for element in ELEMENTS})
ALL: Final[int] = sum(element.mask for element in ELEMENTS)


def mask(ids: Iterable[str]) -> int:
    """The mask of a set of element ids. Raises `ValueError` naming every id that is not in the vocabulary."""
    wanted = list(ids)
    unknown = sorted({name for name in wanted if name not in BY_ID})
    if unknown:
        raise ValueError(f"not an element: {', '.join(unknown)}")
    total = 0
    for name in wanted:
        total |= BY_ID[name].mask
    return total


def unmask(value: int) -> frozenset[str]:
    """The element ids of a mask. Raises `ValueError` for a negative mask or one with a bit no element has."""
    if value < 0 or value & ~ALL:
        raise ValueError(f"mask {value} has bits that no element has")
    return frozenset(element.id for element in ELEMENTS if value & element.mask)


def _any_of(*sets: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(mask(ids) for ids in sets)


COMPOSITES: Final = MappingProxyType(
    {
        composite.id: composite
        for composite in (
            Composite(
                "account_number_with_access",
                "a financial account or card number together with the code that permits access to it",
                _any_of(
                    ("account_number", "access_code"),
                    ("account_number", "pin"),
                    ("account_number", "password"),
                    ("payment_card", "access_code"),
                    ("payment_card", "pin"),
                    ("payment_card", "password"),
                ),
            ),
            Composite(
                "username_with_password",
                "credentials that permit access to an online account",
                _any_of(
                    ("username", "password"),
                    ("username", "pin"),
                    ("email", "password"),
                    ("email", "pin"),
                    ("username", "security_answer"),
                    ("email", "security_answer"),
                ),
            ),
            Composite(
                "any_identifier",
                "anything that can identify the person (New York, District of Columbia)",
                _any_of(
                    ("name",),
                    ("phone",),
                    ("address",),
                    ("email",),
                    ("account_number",),
                    ("imei",),
                    ("imsi",),
                    ("device_id",),
                    ("iccid",),
                    ("username",),
                ),
            ),
        )
    }
)


def expand(names: Iterable[str]) -> tuple[int, ...]:
    """The minimal masks that satisfy a combination of elements and composites.

    `expand(["name", "ssn"])` is one mask; a composite multiplies the combination by its alternatives. A mask that
    contains another of the result is dropped: `people & mask == mask` for any result means the combination is met.
    Raises `ValueError` naming what is neither an element nor a composite.
    """
    masks = {0}
    for name in names:
        options = COMPOSITES[name].any_of if name in COMPOSITES else (mask([name]),)
        masks = {have | option for have in masks for option in options}
    return minimal(masks)


def minimal(masks: Iterable[int]) -> tuple[int, ...]:
    """The masks of which no other given mask is a subset, ascending."""
    distinct = sorted(set(masks))
    return tuple(m for m in distinct if not any(other != m and m & other == other for other in distinct))
