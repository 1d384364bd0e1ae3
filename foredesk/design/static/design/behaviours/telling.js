// Toasts, announcements and the page's own words. Other modules import this, the page never binds it.
export const words = document.getElementById("words")?.dataset ?? {};
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
export const icons = document.querySelector(".icon use")?.getAttribute("href")?.split("#")[0] ?? "";

export function icon(name, extra = "") {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", `icon ${extra}`.trim());
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${icons}#i-${name}`);
  svg.append(use);
  return svg;
}

export function show(text, { tone = "ok", seconds = 8 } = {}) {
  const region = document.getElementById("toasts");
  if (!region || !text) return;
  const toast = document.createElement("div");
  toast.className = tone === "bad" ? "toast toast--bad" : "toast";
  toast.setAttribute("role", tone === "bad" ? "alert" : "status");
  toast.dataset.behaviour = "toast";
  toast.dataset.seconds = seconds;
  const said = document.createElement("span");
  said.textContent = text;
  toast.append(icon(tone === "bad" ? "alert" : "check-circle"), said);
  region.append(toast);
}

let queue = [];
let timer = null;

// At most one announcement a second; what comes in between is said together.
export function announce(text) {
  queue.push(text);
  timer ??= setTimeout(say, queue.length > 1 ? 1000 : 50);
}

function say() {
  const region = document.getElementById("announcer");
  if (region) region.textContent = queue.join(". ");
  queue = [];
  timer = setTimeout(() => {
    timer = null;
    if (queue.length) say();
  }, 1000);
}

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

export function isShown(element) {
  return element.checkVisibility?.() ?? element.offsetParent !== null;
}
