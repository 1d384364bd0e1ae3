"""Whether two domains belong together (RFC 7489, 3.1 and 3.2)."""

from functools import cache

from publicsuffixlist import PublicSuffixList

MOST_LABELS = 50


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


def organisation_of(domain: str) -> str:
    """The domain that somebody registered: `shop.example` of `mail.shop.example`."""
    domain = normalised(domain)
    if domain.count(".") > MOST_LABELS:
        return domain
    return _suffixes().privatesuffix(domain) or domain


def is_aligned(one: str, other: str, *, is_strict: bool = False) -> bool:
    """Whether both are the same, or, unless `is_strict`, of the same organisation."""
    one, other = normalised(one), normalised(other)
    if not one or not other:
        return False
    return one == other or (not is_strict and organisation_of(one) == organisation_of(other))


def normalised(domain: str) -> str:
    """Lower case, in ASCII (IDNA) where that can be, without a dot at the end."""
    domain = domain.strip().rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode()
    except UnicodeError:
        return domain
