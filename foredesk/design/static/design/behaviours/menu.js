// Arrow keys, Home, End and first letters in a popover menu; choosing closes it. Tab goes on to the
// fields that a menu may hold below its items, and behind the last one it closes.
export default function menu(element) {
  const items = () =>
    [...element.querySelectorAll('[role^="menuitem"]')].filter((item) => !item.disabled && !item.hidden);
  const enter = () => (items().find((item) => item.ariaCurrent) ?? items()[0])?.focus();
  element.addEventListener("toggle", (event) => {
    document
      .querySelectorAll(`[popovertarget="${CSS.escape(element.id)}"]`)
      .forEach((opener) => opener.setAttribute("aria-expanded", event.newState === "open"));
    if (event.newState === "open" && !element.contains(document.activeElement)) enter();
  });
  element.addEventListener("enter-menu", enter); // a key opened it: see shortcuts.js
  element.addEventListener("keydown", (event) => {
    const fields = [...element.querySelectorAll(".menu__form :is(input, select, button):not([type=hidden])")];
    if (fields.includes(event.target)) {
      if (event.key === "Tab" && !event.shiftKey && event.target === fields.at(-1)) element.hidePopover();
      return;
    }
    const all = items();
    const at = all.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      all.at(to % all.length)?.focus();
    } else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const next = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      const letter = event.key.toLowerCase();
      const hit = next.find((item) => item.textContent.trim().toLowerCase().startsWith(letter));
      if (hit && event.key !== " ") {
        event.preventDefault();
        event.stopPropagation();
        hit.focus();
      }
    } else if (event.key === "Tab" && fields.length && !event.shiftKey) {
      event.preventDefault();
      fields[0].focus();
    } else if (event.key === "Tab") {
      element.hidePopover();
    }
  });
  element.addEventListener("click", (event) => {
    if (event.target.closest('[role^="menuitem"]') && element.matches(":popover-open")) {
      setTimeout(() => element.isConnected && element.hidePopover(), 0);
    }
  });
}
