"""A file as the thread shows it: name, size, its picture, and what the virus scanner says."""

from typing import Any

from foredesk.design import wording
from foredesk.files import scanning

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
VERDICTS = {
    # tone, icon, words; whether the file opens, or is worth a try
    "clean": ("ok", "check", "Checked", True),
    "infected": ("bad", "shield", "Held back: {}", False),
    "refused": ("warn", "alert", "Could not be checked. {}", False),
    "waiting": ("", "clock", "Being checked", True),
    "late": ("warn", "alert", "Could not be checked; try again", True),
}


def shown(file: Any) -> dict[str, Any]:
    """What `ui.attachment` takes. The type is the sender's claim and chooses an icon alone: what is
    really in the file is looked at when it is opened."""
    is_picture = file.content_type in PICTURES
    is_paper = file.content_type == "application/pdf" or file.name.lower().endswith(".pdf")
    verdict = _verdict(file)
    url = f"/files/{file.public_id}/"
    return {
        "name": file.name,
        "size": wording.file_size(file.size),
        "url": url if verdict is None or verdict["opens"] else "",
        "icon": "image" if is_picture else "file",
        "picture": f"{url}small/" if is_picture and _is_settled(verdict) else "",
        "in_tab": is_picture or is_paper,
        "verdict": verdict,
    }


def _verdict(file: Any) -> dict[str, Any] | None:
    state = file.scan
    if not scanning.is_on() and state != "infected":
        return None
    if state in (None, "waiting") and file.scan_note:
        state = "late"
    tone, icon, words, opens = VERDICTS[state or "waiting"]
    if state is None:
        words, icon = "Checked when it is opened", "shield"
    note = file.scan_note or ""
    return {
        "tone": tone, "icon": icon, "words": words.format(note), "note": note, "opens": opens,
    }  # fmt: skip


def _is_settled(verdict: dict[str, Any] | None) -> bool:
    """Whether its picture can be shown without asking a scanner first."""
    return verdict is None or verdict["tone"] == "ok"
