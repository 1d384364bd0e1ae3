"""Text of which nobody says the charset: UTF-8 if it can be, else what its bytes look like.

Western text has few bytes above 127, others almost only such: which of them follow each other tells
Cyrillic, Japanese, Korean and Chinese apart. Short texts stay Western.
"""

import re

_RUNS = re.compile(rb"[\x80-\xff]+")
_LOOKED_AT = 20_000
_FEWEST = 6  # bytes above 127
_LONG = 4  # signs of a stretch of Chinese, which knows no blanks


def decode(data: bytes) -> str:
    """The text in `data`; never raises."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and len(data) % 2 == 0:
        try:
            return data.decode("utf-16")
        except UnicodeError:
            pass
    try:
        text = data.decode("utf-8-sig")
    except UnicodeError:
        text = data.decode("utf-8", "replace")
        if text.count("\ufffd") * 2 > sum(char > "\x7f" for char in text):
            return data.decode(_codec(data[:_LOOKED_AT]), "replace")
        return text
    if "\x1b$" in text or "\x1b(J" in text:
        try:
            return data.decode("iso2022_jp_ext")
        except UnicodeError:
            return text
    return text


def _codec(data: bytes) -> str:
    """The likeliest codec of bytes that are no UTF-8."""
    high = _RUNS.findall(data)
    count = sum(map(len, high))
    letters = sum(chr(byte).isalpha() for byte in data if byte < 0x80)
    if count < _FEWEST or count < letters or len(high) * 2 > count:
        return "cp1252"
    if all(len(run) % 2 == 0 for run in high):
        found = _of_two_bytes(high, b" " in data)
        if found:
            return found
    return _of_one_byte(high)


def _of_two_bytes(high: list[bytes], has_blanks: bool) -> str:
    """EUC-JP, EUC-KR or GB18030 by their first bytes; "" when the pairs are of none of them."""
    pairs = [run[at : at + 2] for run in high for at in range(0, len(run), 2)]
    if any(min(pair) < 0xA1 for pair in pairs):
        return ""
    kana = sum(pair[0] in (0xA4, 0xA5) for pair in pairs)
    hangul = sum(0xB0 <= pair[0] <= 0xC8 for pair in pairs)
    hanzi = sum(0xB0 <= pair[0] <= 0xD7 for pair in pairs)
    if kana * 4 > len(pairs):
        order: tuple[str, ...] = ("euc_jp",)
    elif hangul * 10 > len(pairs) * 9 and has_blanks:
        order = ("cp949", "gb18030")
    elif hanzi * 10 > len(pairs) * 6 and len(pairs) >= _LONG * len(high):
        order = ("gb18030",)
    else:
        return ""
    for codec in order:
        try:
            b"".join(pairs).decode(codec)
        except UnicodeError:
            continue
        return codec
    return ""


def _of_one_byte(high: list[bytes]) -> str:
    """Windows-1251 or KOI8-R: the one in which the common letters are common."""
    joined = b"".join(high)
    if sum(byte >= 0xC0 for byte in joined) * 10 < len(joined) * 9:
        return "cp1252"
    often = {codec: _often(joined.decode(codec, "replace")) for codec in ("cp1251", "koi8-r")}
    return max(often, key=lambda codec: often[codec])


def _often(text: str) -> int:
    """How many of the commonest letters are in it."""
    return sum(sign in "оеаинтсрв" for sign in text.lower())
