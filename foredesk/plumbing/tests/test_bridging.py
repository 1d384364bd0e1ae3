"""A WSGI application behind an ASGI server: whole things whole, long things piece by piece."""

import asyncio

import pytest

from foredesk.plumbing.bridging import Bridge


def _ask(pages, *received, **scope):
    """What the server was told to send."""
    sent, waiting = [], list(received)

    async def receive():
        if not waiting:
            await asyncio.Event().wait()  # the client is there and says nothing more
        return waiting.pop(0)

    async def send(message):
        sent.append(message)

    asked = {
        "method": "POST",
        "path": "/ü/",
        "query_string": b"a=1",
        "http_version": "1.1",
        "scheme": "https",
        "server": ("desk.example", 443),
        "client": ("192.0.2.7", 5000),
        "headers": [],
        **scope,
    }
    asyncio.run(Bridge(pages, threads=1)(asked, receive, send))
    assert not waiting
    return sent


def _body(data, *, more=False):
    return {"type": "http.request", "body": data, "more_body": more}


class Answer(list):
    closed = False

    def close(self):
        self.closed = True


def test_a_short_request_and_answer_go_in_one_piece():
    seen, answer = {}, Answer([b"hello"])

    def pages(environ, start):
        seen.update(environ, read=environ["wsgi.input"].read())
        start("201 Created", [("X-One", "1"), ("X-One", "2")])
        return answer

    headers = [(b"content-length", b"3"), (b"cookie", b"a=1"), (b"cookie", b"b=2"), (b"x-y", b"z")]
    sent = _ask(pages, _body(b"abc"), headers=headers)
    assert [one["type"] for one in sent] == ["http.response.start", "http.response.body"]
    assert sent[0]["status"] == 201
    assert sent[0]["headers"] == [(b"x-one", b"1"), (b"x-one", b"2")]
    assert (sent[1]["body"], sent[1]["more_body"]) == (b"hello", False)
    assert answer.closed
    assert seen["read"] == b"abc"
    assert seen["CONTENT_LENGTH"] == "3"
    assert seen["HTTP_COOKIE"] == "a=1; b=2"
    assert seen["HTTP_X_Y"] == "z"
    assert seen["PATH_INFO"].encode("latin-1").decode() == "/ü/"
    assert (seen["QUERY_STRING"], seen["REMOTE_ADDR"]) == ("a=1", "192.0.2.7")
    assert (seen["wsgi.url_scheme"], seen["SERVER_NAME"]) == ("https", "desk.example")


def test_a_header_with_an_underscore_does_not_pass_for_another():
    seen = {}

    def pages(environ, start):
        seen.update(environ)
        start("204 No Content", [])
        return []

    headers = [(b"x_forwarded_for", b"10.0.0.1"), (b"x-forwarded-for", b"192.0.2.9")]
    sent = _ask(pages, method="GET", headers=headers)
    assert seen["HTTP_X_FORWARDED_FOR"] == "192.0.2.9"
    assert sent[1] == {"type": "http.response.body", "body": b"", "more_body": False}


def test_a_long_upload_is_read_as_it_comes_and_a_long_answer_sent_as_it_is_made():
    seen = []

    def pages(environ, start):
        start("200 OK", [])
        upload = environ["wsgi.input"]
        seen.append(upload.readline())
        yield b"one"
        seen.append(upload.read())
        yield b"two"
        yield b"three"

    pieces = (_body(b"a\nb", more=True), _body(b"c" * 9000, more=True), _body(b"d"))
    sent = _ask(pages, *pieces)
    assert seen == [b"a\n", b"b" + b"c" * 9000 + b"d"]
    assert [one.get("body") for one in sent] == [None, b"one", b"two", b"three"]
    assert [one.get("more_body") for one in sent] == [None, True, True, False]


def test_a_client_that_goes_in_the_middle_is_an_error_to_the_page():
    def pages(environ, start):
        with pytest.raises(OSError, match="went away"):
            environ["wsgi.input"].read()
        start("400 Bad Request", [])
        return []

    sent = _ask(pages, _body(b"a", more=True), {"type": "http.disconnect"})
    assert sent[0]["status"] == 400


def test_a_download_ends_when_its_client_has_gone():
    made = []

    class Rows(Answer):
        def __iter__(self):
            for number in range(1000):
                made.append(number)
                yield b"row"

    def pages(environ, start):
        start("200 OK", [])
        return answer

    answer = Rows()
    sent = _ask(pages, _body(b""), {"type": "http.disconnect"}, method="GET")
    assert not any(one.get("more_body") is False for one in sent)  # never said to be whole
    assert len(made) < 10
    assert answer.closed
