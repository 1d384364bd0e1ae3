"""Bytes to text: known text encodings only, and a good guess when the label is wrong or missing.

Labels are read as browsers read them (WHATWG Encoding Standard): iso-8859-1 is windows-1252,
gb2312 is gb18030 and so on.
"""

import re

from foredesk.channels.mail import guessing

_ALIASES = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "ansi_x3.4-1968": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "iso_8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
    "x-ansi": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "cp936": "gb18030",
    "big5": "big5hkscs",
    "cn-big5": "big5hkscs",
    "x-big5": "big5hkscs",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "sjis": "cp932",
    "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "windows-949": "cp949",
    "unicode-1-1-utf-7": "utf-7",
    "x-unicode-2-0-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "x-unknown": "",
    "unknown": "",
    "unknown-8bit": "",
    "x-user-defined": "",
    "default": "",
    "binary": "",
    "8bit": "",
    "7bit": "",
    "macintosh": "mac_roman",
    "x-mac-roman": "mac_roman",
    "mac": "mac_roman",
    "x-mac-cyrillic": "mac_cyrillic",
    "x-mac-ce": "mac_latin2",
    "cp-850": "cp850",
    "ibm850": "cp850",
    "ibm437": "cp437",
    "ansi_x3.110-1983": "cp1252",
    "cp65001": "utf-8",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "utf8mb4": "utf-8",
}
_PLAIN = re.compile(
    r"(?:utf-?(?:7|8|16|16le|16be|16-le|16-be|32|32le|32be|8-sig)|iso[-_]?8859[-_]?\d{1,2}"
    r"|(?:cp|windows-?|ibm|x-cp)\d{3,4}|koi8-?[rut]|gb18030|hz(?:-gb-2312)?|euc[-_]?(?:jp|kr)"
    r"|iso[-_]?2022[-_]?(?:jp|kr)(?:[-_](?:1|2|3|2004|ext))?|shift_?jisx?0?2?1?3?|johab|ptcp154"
    r"|big5hkscs|mac[-_](?:roman|cyrillic|greek|latin2|turkish|iceland)|tis620|kz1048)"
)
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_SHIFTED = re.compile(rb"\+[A-Za-z0-9+/]{2,400}-")
_ISO2022 = re.compile(rb"\x1b(?:\$[@B]|\([BJI])")
_META = re.compile(rb"<meta[^>]{0,200}charset\s{0,5}=\s{0,5}[\"']?([A-Za-z0-9_:.-]{2,40})", re.I)


def decode(data: bytes, label: str = "") -> str:
    """The text in `data`; never raises. The result can be stored in PostgreSQL as it is."""
    codec = _codec(label)
    if codec in ("", "cp1252"):
        text = guessing.decode(data)
    else:
        text = _with(codec, data)
    return clean(text)


def header(raw: bytes, hint: str = "") -> str:
    """The text of a raw header value. Eight-bit ones are against the rules and common.

    They are UTF-8, or else in the charset of the body, which is the `hint`.
    """
    if raw.isascii():
        return decode(raw, "utf-7" if _codec(hint) == "utf-7" and _SHIFTED.search(raw) else "")
    try:
        return clean(raw.decode("utf-8"))
    except UnicodeError:
        return decode(raw, hint)


def html_label(data: bytes) -> str:
    """The charset that an HTML document names in a meta tag of its first 4 kB, or ""."""
    match = _META.search(data[:4096])
    return match[1].decode("ascii") if match else ""


def clean(text: str) -> str:
    """`text` without NUL, other control characters and lone surrogates, line ends as LF."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _REFUSED.sub(_refused, text) if _REFUSED.search(text) else text


def _refused(match: re.Match[str]) -> str:
    char = match[0]
    if char in "\x0b\x0c":
        return "\n"
    return "�" if char >= "\ud800" else ""


def _codec(label: str) -> str:
    name = label.strip(" \t\r\n\"'").lower()[:60].split("*", 1)[0].split(";", 1)[0]
    if name in _ALIASES:
        return _ALIASES[name]
    if not _PLAIN.fullmatch(name):
        return ""
    return re.sub(r"^(?:windows-?|x-cp)", "cp", name)


def _with(codec: str, data: bytes) -> str:
    if codec == "iso2022_jp_ext":
        data, codec = _as_shift_jis(data)
    try:
        return data.decode(codec)
    except (UnicodeError, LookupError):
        pass
    try:
        text = data.decode(codec, "replace")
    except (UnicodeError, LookupError):
        return guessing.decode(data)
    wrong = text.count("�")
    if codec == "utf-8" and wrong * 2 > sum(char > "\x7f" for char in text):
        return data.decode("cp1252", "replace")
    try:
        # a wrong label on UTF-8 is the commonest mistake of all
        return data.decode("utf-8") if wrong else text
    except UnicodeError:
        return text


def _as_shift_jis(data: bytes) -> tuple[bytes, str]:
    """(bytes, codec) for ISO-2022-JP as Microsoft's programs write it (code page 50221).

    Only their Shift_JIS knows the characters that they add, such as numbers in circles.
    """
    if b"\x1b$(" in data or b"\x0e" in data:
        return data, "iso2022_jp_ext"
    out = []
    mode = b"\x1b(B"
    position = 0
    for escape in [*_ISO2022.finditer(data), None]:
        piece = data[position : escape.start() if escape else len(data)]
        if mode[1:2] == b"$":
            out.append(_two_bytes(piece))
        elif mode[2:] == b"I":
            out.append(bytes(byte | 0x80 if 0x20 < byte < 0x60 else byte for byte in piece))
        else:
            out.append(piece)
        if escape:
            mode, position = escape[0], escape.end()
    return b"".join(out), "cp932"


def _two_bytes(piece: bytes) -> bytes:
    """JIS X 0208 as Shift_JIS; line ends and what does not pair stay as they are."""
    out = bytearray()
    position = 0
    while position < len(piece):
        first = piece[position]
        second = piece[position + 1] if position + 1 < len(piece) else 0
        if not (0x21 <= first <= 0x7E and 0x21 <= second <= 0x7E):
            out.append(first)
            position += 1
            continue
        row = (first - 0x21) // 2 + 0x81
        out.append(row if row <= 0x9F else row + 0x40)
        if first % 2:
            out.append(second + (0x1F if second <= 0x5F else 0x20))
        else:
            out.append(second + 0x7E)
        position += 2
    return bytes(out)
