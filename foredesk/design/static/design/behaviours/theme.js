// Light, dark or as the system: at once on this page, and kept by the server (data-url).
import { csrfToken, show, words } from "behaviours/telling";

export default function theme(element) {
  element.addEventListener("click", async (event) => {
    const button = event.target.closest("button[value]");
    if (!button) return;
    apply(button.value);
    for (const other of element.querySelectorAll("button[value]")) {
      const state = other.role === "menuitemradio" ? "aria-checked" : "aria-pressed";
      other.setAttribute(state, other === button);
    }
    if (!element.dataset.url) return;
    const body = new URLSearchParams({ theme: button.value });
    const headers = { "X-CSRFToken": csrfToken() };
    const answer = await fetch(element.dataset.url, { method: "POST", body, headers }).catch(() => null);
    if (!answer?.ok) show(words.failed, { tone: "bad" });
  });
}

export function apply(name) {
  if (name === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}
