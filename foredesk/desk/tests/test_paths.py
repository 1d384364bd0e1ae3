"""Names of paths: a name that two paths bear leads to the wrong one of them."""

from collections import Counter

from django.urls import URLPattern, get_resolver


def patterns(resolver):
    for one in resolver.url_patterns:
        yield from [one] if isinstance(one, URLPattern) else patterns(one)


def test_each_of_our_paths_has_a_name_of_its_own():
    ours = [
        one.name
        for one in patterns(get_resolver())
        if one.name and one.callback.__module__.startswith("foredesk.")
    ]
    assert [name for name, times in Counter(ours).items() if times > 1] == []
