"""Lines of format=flowed (RFC 3676)."""

from __future__ import annotations


def unflow(text: str, *, deletes_space: bool) -> str:
    """Join the lines whose break was made by the program."""
    out: list[str] = []
    joins = False
    depth_before = 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        is_soft = content.endswith(" ") and content != "-- "
        if joins and depth == depth_before and content != "-- ":
            out.append(content)
        else:
            quote = ">" * depth + (" " if depth else "")
            out.append("\n" + quote + content if out else quote + content)
        if is_soft and deletes_space:
            out[-1] = out[-1][:-1]
        joins, depth_before = is_soft, depth
    return "".join(out)
