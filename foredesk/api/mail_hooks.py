"""Where providers of mail post what arrived, and what became of what left."""

import logging

from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from foredesk.channels import hooking
from foredesk.channels.providers.contract import Call
from foredesk.files.storing import UnableToStore
from foredesk.plumbing.clock import now
from foredesk.plumbing.crypto import UnreadableSecret

log = logging.getLogger(__name__)


@csrf_exempt
def take(request: HttpRequest, secret: str) -> HttpResponse:
    """200 after the commit. 4xx says no for good, 503 that the provider should try again."""
    if request.method != "POST":
        answer = _say("Providers post here.", 405)
        answer["Allow"] = "POST"
        return answer
    headers = {name: request.headers[name] for name in hooking.HEADERS if name in request.headers}
    try:
        call = Call(request.headers.get("content-type", "")[:500], headers, request.body)
        hooking.take(secret, call, at=now())
    except RequestDataTooBig:
        return _say("It is too large.", 413)
    except hooking.NoSuchHook as why:
        return _say(str(why), 404)
    except hooking.Forged as why:
        log.warning("A webhook call was refused: %s", why)
        return _say(str(why), 403)
    except hooking.Malformed as why:
        log.warning("A webhook call can't be read: %s", why)
        return _say(str(why), 400)
    except (DatabaseError, UnableToStore, UnreadableSecret, OSError) as error:
        log.error("A webhook call can't be kept now: %s", type(error).__name__)
        return _say("It can't be kept now. Try again later.", 503)
    return _say("Taken.", 200)


def _say(sentence: str, status: int) -> HttpResponse:
    answer = HttpResponse(sentence, status=status, content_type="text/plain; charset=utf-8")
    answer._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the secret path
    return answer
