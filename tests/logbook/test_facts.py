"""Every fact can be stored and read back, also by older and newer code."""

import dataclasses
import json
import types
import typing

import pytest

from foredesk.logbook.facts import Fact, _walk, fact_from

SAMPLES = {
    int: 7,
    str: "words",
    bool: True,
    dict: {"name": ["before", None]},
    list[str]: ["one", "two"],
    type(None): None,
}


def _real():
    return {kind: cls for kind, cls in _walk(Fact).items() if ".tests." not in cls.__module__}


def _sample(hint):
    if typing.get_origin(hint) is types.UnionType:
        hint = typing.get_args(hint)[0]
    if hint not in SAMPLES and typing.get_origin(hint) in (dict, list):
        hint = typing.get_origin(hint)
    return SAMPLES.get(hint, [])


def _made(cls):
    hints = typing.get_type_hints(cls)
    return cls(**{field.name: _sample(hints[field.name]) for field in dataclasses.fields(cls)})


FACTS = sorted(_real().items())


def test_the_rooms_have_facts():
    assert len(FACTS) > 35


@pytest.mark.parametrize(("kind", "cls"), FACTS, ids=[kind for kind, _ in FACTS])
def test_a_fact_comes_back_from_json_as_it_was(kind, cls):
    fact = _made(cls)
    assert cls.kind() == kind
    assert dataclasses.is_dataclass(cls)
    with pytest.raises(dataclasses.FrozenInstanceError):
        fact.anything = 1
    stored = json.loads(json.dumps(fact.data()))
    assert fact_from(kind, stored) == fact
    assert fact_from(kind, {**stored, "added_by_newer_code": 1}) == fact
    assert all(isinstance(topic, str) and " " not in topic for topic in fact.topics())


@pytest.mark.parametrize(("kind", "cls"), FACTS, ids=[kind for kind, _ in FACTS])
def test_a_fact_stored_by_older_code_lacks_the_fields_with_defaults(kind, cls):
    fact = _made(cls)
    defaults = [
        field.name for field in dataclasses.fields(cls) if field.default is not dataclasses.MISSING
    ]
    stored = {name: value for name, value in fact.data().items() if name not in defaults}
    older = fact_from(kind, stored)
    assert {name: getattr(older, name) for name in stored} == stored


@pytest.mark.parametrize(("kind", "cls"), FACTS, ids=[kind for kind, _ in FACTS])
def test_a_fact_about_a_noun_has_its_id(kind, cls):
    if cls.about:
        assert f"{cls.about}_id" in {field.name for field in dataclasses.fields(cls)}
        assert _made(cls).about_id() == 7
    else:
        assert _made(cls).about_id() is None


@pytest.mark.parametrize(("kind", "cls"), FACTS, ids=[kind for kind, _ in FACTS])
def test_a_fact_holds_ids_and_plain_values_only(kind, cls):
    plain = (int, str, bool, dict, list, type(None))
    for hint in typing.get_type_hints(cls).values():
        if typing.get_origin(hint) is typing.ClassVar:
            continue
        parts = typing.get_args(hint) if typing.get_origin(hint) is types.UnionType else (hint,)
        assert all((typing.get_origin(part) or part) in plain for part in parts), (kind, hint)


def test_two_facts_never_share_a_stored_name():
    def all_of(cls):
        for sub in cls.__subclasses__():
            yield sub
            yield from all_of(sub)

    real = [cls for cls in all_of(Fact) if ".tests." not in cls.__module__]
    assert len({cls.kind() for cls in real}) == len(set(real))
