"""The tables of stored bytes, and of what a virus scanner says about them."""

from django.db import models


class Blob(models.Model):
    """Bytes known by their SHA-256 (64 hexadecimal characters)."""

    sha256 = models.TextField(primary_key=True)
    size = models.BigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.sha256


class ScanState(models.TextChoices):
    """WAITING: nobody could look yet. REFUSED: the scanner says that it can't judge it."""

    WAITING = "waiting"
    CLEAN = "clean"
    INFECTED = "infected"
    REFUSED = "refused"


class Scan(models.Model):
    """What the virus scanner says of a blob. `note` names what was found, or why there is no
    verdict; `topic` is whose screens show the file. Bytes that nobody wanted checked have no
    row."""

    blob = models.OneToOneField(Blob, models.CASCADE, primary_key=True, related_name="+")
    state = models.TextField(choices=ScanState.choices, default=ScanState.WAITING)
    note = models.TextField(blank=True, default="")
    topic = models.TextField(blank=True, default="")
    at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["blob"], name="scan_waiting", condition=models.Q(state=ScanState.WAITING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.blob_id}: {self.state}"
