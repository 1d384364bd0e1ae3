// The command palette. Commands are the elements of the page with data-command="words" (data-key shows
// their key); while someone types, data-url?q= adds what the server found, as <a role="option" href>.
import Combobox from "combobox-nav";
import { icon, isShown, words } from "behaviours/telling";

export default function cmdk(element) {
  const input = element.querySelector("input");
  const list = element.querySelector('[role="listbox"]');
  const box = new Combobox(input, list, { firstOptionSelectionMode: "selected", tabInsertsSuggestions: false });
  let commands = [];
  let asked = null;
  let timer = null;

  const toggle = (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    element.togglePopover();
  };
  document.addEventListener("keydown", toggle);

  // Before it shows: afterwards "toggle" comes late, and would wipe what a quick hand has typed already.
  element.addEventListener("beforetoggle", (event) => {
    if (event.newState !== "open") return;
    commands = collect(element);
    input.value = "";
    render("");
  });

  element.addEventListener("toggle", (event) => {
    if (event.newState === "open") {
      box.start();
      box.resetSelection();
    } else {
      asked?.abort();
      box.stop();
    }
  });

  input.addEventListener("input", () => {
    render(input.value);
    clearTimeout(timer);
    timer = setTimeout(() => search(input.value.trim()), 150);
  });

  list.addEventListener("combobox-commit", (event) => {
    const command = event.target.closest('[role="option"]')?.command;
    element.hidePopover();
    if (command) setTimeout(() => command.click(), 0);
  });

  function render(text, found = null) {
    const wanted = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
    const hits = commands.filter(({ label }) => wanted.every((word) => label.toLowerCase().includes(word)));
    list.replaceChildren(...hits.slice(0, wanted.length ? 8 : 12).map(option));
    if (found) list.append(...found);
    list.querySelectorAll('[role="option"]').forEach((node, i) => (node.id = `cmdk-option-${i}`));
    if (!list.children.length && found) {
      const nothing = document.createElement("p");
      nothing.className = "small muted pad-4";
      nothing.textContent = words.nothing;
      list.append(nothing);
    }
    if (element.matches(":popover-open")) box.resetSelection();
  }

  async function search(text) {
    asked?.abort();
    if (!element.dataset.url || text.length < 2) return;
    asked = new AbortController();
    const url = new URL(element.dataset.url, location.href);
    url.searchParams.set("q", text);
    try {
      const answer = await fetch(url, { signal: asked.signal, headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      if (input.value.trim() === text) render(text, page.querySelectorAll('[role="option"]'));
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }

  return () => {
    document.removeEventListener("keydown", toggle);
    box.destroy();
  };
}

function collect(palette) {
  const seen = new Set();
  return [...document.querySelectorAll("[data-command]")]
    .filter((node) => !palette.contains(node) && !node.disabled && !node.closest("[hidden], [inert]"))
    .filter((node) => node.closest("[popover]") || isShown(node))
    .map((node) => ({ node, label: node.dataset.command, key: node.dataset.key ?? "" }))
    .filter(({ label }) => !seen.has(label) && seen.add(label));
}

function option({ node, label, key }) {
  const row = document.createElement("div");
  row.className = "cmdk__item";
  row.setAttribute("role", "option");
  row.command = node;
  const drawn = node.querySelector("svg.icon use")?.getAttribute("href")?.split("#i-")[1];
  row.append(icon(drawn ?? "zap"), label);
  if (key) {
    const keys = document.createElement("span");
    keys.className = "push";
    for (const part of key.replace("+", " ").split(" ")) {
      const cap = document.createElement("kbd");
      if (part === "mod") cap.dataset.mod = "";
      cap.textContent = part === "mod" ? "Ctrl" : part.toUpperCase();
      keys.append(cap);
    }
    row.append(keys);
  }
  return row;
}
