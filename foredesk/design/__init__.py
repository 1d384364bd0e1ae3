"""Design: how every screen of Foredesk looks and behaves. It knows no other room.

Nouns: token, block (one CSS file), component (one Jinja2 macro), layout, behaviour (one ES module).

Templates write ``{{ ui.button("Save") }}``; ``ui`` is a global: see ``jinja2/design/ui.html``.
Layouts live in ``design/layouts/``: ``base``, ``shell``, ``page``, ``gate``, ``setup``, ``error``.

What a page gives its layout (everything is optional unless said otherwise):

``nav``   the frame of the agent shell, prepared once per request by a context processor; ``None``
          when nobody is signed in. A mapping, or an object with the same attributes::

              workspace   str, the name at the head of the sidebar
              home_url    str, where the mark leads
              search_url  str or None; None hides the search button and the command palette
              palette_url str or None: GET palette_url?q=... answers <a role="option"> rows
              me          name, initials, hue (1..7), state ("Available"), role ("Admin"),
                          presence ("on" | "some" | "away" | "off"), menu: [item, ...] opened
                          from the sidebar's foot, here: None or url, active_url, state and
                          states [(value, label)] of a choice whether one is here
              look        theme ("system" | "light" | "dark"), density ("comfortable" | "compact"),
                          shortcuts (bool: single-key shortcuts are on), and optionally url:
                          a POST there with theme= keeps the choice made in the person's menu
              main        [item, ...]   Inbox, Customers, ...
              views       [item, ...]   titled "Views"
              teams       [item, ...]   titled "Teams"
              phone       [item, ...]   at most five, the bar at the foot of a phone
              alerts      [{tone, title, text, url, action}, ...] banners above every page,
                          tone "bad" | "warn" | "info"; url and action may be None
              kept        a dict in which drawn parts of the frame are kept (keeping.py), as is
                          ``me["kept"]``; without it they are drawn each time
              live_token  str, the signed topics that this page may hear (behaviours/live.js)

          item: label, icon (name in icons.svg), url, current (bool), count (int, str or None),
          tone (None | "bad"), and optionally key ("g i": the keys that go there),
          method ("get" | "post"; a post becomes a form with its own CSRF token),
          live ("topic"), live_url: the item is fetched again when that topic is poked.
          A missing key counts as None.

``messages``    Django's messages: shown as toasts
"""
