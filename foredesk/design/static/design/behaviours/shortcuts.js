// Single keys of the page. A button or link with data-key="e" is pressed by E, data-key="g i" by G then I,
// data-key="mod+j" by Ctrl or ⌘ with J (this one inside fields too). "?" lists them all.
// Off with <html data-shortcuts="off">: then only keys with "mod" work.
import { matchKeyBindingPress, parseKeybinding } from "tinykeys";
import { icon, isShown, words } from "behaviours/telling";

const registered = new Map(); // key → {label, run}: keys without a button, such as J and K
let pressed = []; // the beginning of a sequence
let timer = null;

export function register(key, label, run) {
  registered.set(key, { label, run });
  return () => registered.get(key)?.run === run && registered.delete(key);
}

export default function shortcuts() {
  const listen = (event) => handle(event);
  document.addEventListener("keydown", listen);
  return () => document.removeEventListener("keydown", listen);
}

function handle(event) {
  if (event.defaultPrevented || event.isComposing || event.repeat) return;
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  if (isPlain && (isTyping(event.target) || document.documentElement.dataset.shortcuts === "off")) return;
  if (isPlain && event.key === "?") {
    event.preventDefault();
    list();
    return;
  }
  if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
  pressed.push(event);
  clearTimeout(timer);
  timer = setTimeout(() => (pressed = []), 1000);
  const { exact, longer } = find();
  if (exact) {
    pressed = [];
    event.preventDefault();
    exact();
  } else if (!longer) {
    const alone = pressed.length > 1;
    pressed = [];
    if (alone) handle(event);
  }
}

function find() {
  let exact = null;
  let longer = false;
  for (const { keys, run } of all()) {
    const presses = parseKeybinding(keys.replaceAll("mod+", "$mod+"));
    if (presses.length < pressed.length) continue;
    if (!pressed.every((event, i) => matches(event, presses[i]))) continue;
    if (presses.length > pressed.length) longer = true;
    else exact ??= run;
  }
  return { exact, longer };
}

// Signs such as "/" need Shift on some keyboards: there the sign counts, not the modifier.
function matches(event, press) {
  if (!press[0].length && event.key === press[1] && !/^\p{L}$/u.test(event.key)) return true;
  return matchKeyBindingPress(event, press);
}

function* all() {
  const front = [...document.querySelectorAll("dialog[open]")].at(-1);
  const form = document.activeElement?.closest("form");
  const keyed = [...(front ?? document).querySelectorAll("[data-key]")];
  keyed.sort((a, b) => Boolean(form?.contains(b)) - Boolean(form?.contains(a))); // the form one is in, first
  for (const element of keyed) {
    if (element.disabled || element.closest("[hidden], [inert]")) continue;
    const inMenu = element.closest("[popover]");
    if (!inMenu && !isShown(element)) continue;
    yield { keys: element.dataset.key, label: name(element), run: () => press(element) };
  }
  if (front) return;
  for (const [keys, { label, run }] of registered) yield { keys, label, run };
}

function press(element) {
  if (element.matches("input, textarea, select")) element.focus();
  else element.click();
  // The menu is open now, but says so later: a quick second key must already find its items.
  const menu = document.getElementById(element.getAttribute("popovertarget") ?? "");
  if (menu?.matches(":popover-open")) menu.dispatchEvent(new CustomEvent("enter-menu"));
}

export function name(element) {
  if (element.dataset.command) return element.dataset.command;
  if (element.ariaLabel) return element.ariaLabel;
  const copy = element.cloneNode(true);
  copy.querySelectorAll("kbd, svg, .nav__count, .count").forEach((part) => part.remove());
  return copy.textContent.trim().replace(/\s+/g, " ");
}

export function isTyping(target) {
  if (!(target instanceof Element)) return false;
  if (target.closest('[contenteditable="true"], [contenteditable=""], [role="combobox"]')) return true;
  return target.matches('textarea, select, input:not([type="checkbox"], [type="radio"], [type="button"], [type="submit"])');
}

function list() {
  document.getElementById("shortcut-list")?.remove();
  const dialog = document.createElement("dialog");
  dialog.id = "shortcut-list";
  dialog.setAttribute("aria-labelledby", "shortcut-title");
  const body = document.createElement("div");
  body.className = "dialog__body";
  const title = document.createElement("h2");
  title.id = "shortcut-title";
  title.textContent = words.shortcuts;
  const keys = document.createElement("dl");
  keys.className = "keys";
  const seen = new Set();
  for (const entry of all()) {
    if (seen.has(entry.keys) || !entry.label) continue;
    seen.add(entry.keys);
    const term = document.createElement("dt");
    for (const key of entry.keys.replace("+", " ").split(" ")) {
      const cap = document.createElement("kbd");
      if (key === "mod") cap.dataset.mod = "";
      cap.textContent = key === "mod" ? "Ctrl" : key === "enter" ? "↵" : key.toUpperCase();
      term.append(cap);
    }
    const said = document.createElement("dd");
    said.textContent = entry.label;
    keys.append(term, said);
  }
  const foot = document.createElement("div");
  foot.className = "dialog__foot";
  const close = document.createElement("button");
  close.className = "btn";
  close.type = "button";
  close.dataset.close = "";
  close.append(icon("x"), words.close);
  foot.append(close);
  body.append(title, keys);
  dialog.append(body, foot);
  dialog.dataset.behaviour = "dialog";
  dialog.dataset.open = "";
  document.body.append(dialog);
}
