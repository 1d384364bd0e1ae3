// Binds behaviours to the page and teaches htmx the manners of the house.
// <div data-behaviour="menu copy"> runs the default export of behaviours/menu.js and behaviours/copy.js
// with that element, now or whenever it enters the page. What a behaviour returns runs when it leaves.
import htmx from "htmx";
import { announce, isMac, show, words } from "behaviours/telling";

const bound = new WeakMap();
const loading = new Map(); // what is being loaded → for which element

function names(element) {
  return (element.dataset.behaviour ?? "").split(/\s+/).filter(Boolean);
}

function bind(root) {
  if (!(root instanceof Element)) return;
  const found = [...root.querySelectorAll("[data-behaviour]")];
  if (root.hasAttribute("data-behaviour")) found.unshift(root);
  for (const element of found) {
    if (!bound.has(element)) bound.set(element, new Map());
    const have = bound.get(element);
    for (const name of names(element)) {
      if (have.has(name)) continue;
      have.set(name, null);
      const load = import(`behaviours/${name}`).then((module) => {
        if (element.isConnected) have.set(name, module.default(element) ?? null);
        else have.delete(name);
      });
      loading.set(load, element);
      load.finally(() => loading.delete(load));
    }
  }
  if (isMac) root.querySelectorAll("kbd[data-mod]").forEach((key) => (key.textContent = "⌘"));
}

// Once every behaviour inside an element listens.
export function settled(root) {
  const within = [...loading].filter(([, element]) => root.contains(element));
  return Promise.allSettled(within.map(([load]) => load));
}

function release(root) {
  if (!(root instanceof Element) || root.isConnected) return;
  for (const element of [root, ...root.querySelectorAll("[data-behaviour]")]) {
    bound.get(element)?.forEach((end) => end?.());
    bound.delete(element);
  }
}

new MutationObserver((records) => {
  for (const record of records) {
    record.removedNodes.forEach(release);
    record.addedNodes.forEach(bind);
    if (record.type === "attributes") bind(record.target);
  }
}).observe(document.documentElement, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["data-behaviour"],
});
bind(document.documentElement);
// The page can be worked with: every behaviour that it came with listens.
settled(document.documentElement).then(() => (document.documentElement.dataset.ready = ""));

// A morph must not undo what this browser did: an open dialog, the chosen tab.
htmx.registerExtension("kept", {
  htmx_before_morph_attr(element, { attrName }) {
    if (attrName === "open" && element.matches("dialog, details")) return false;
    if (attrName === "aria-busy") return false;
    return !(element.dataset.kept ?? "").split(" ").includes(attrName);
  },
});

const waiting = new WeakMap();

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  const token = document.querySelector('meta[name="csrf-token"]')?.content;
  if (token && ctx.request.method !== "GET") ctx.request.headers["X-CSRFToken"] = token;
  if (ctx.live) ctx.request.headers["Foredesk-Live"] = "1";
  // htmx drops an answer whose target went meanwhile. One that swaps only parts needs no target, but its
  // button may go: a toast closes, or the live stream draws the thread anew before the answer is here.
  if (ctx.swap === "none" && ctx.target === ctx.sourceElement) ctx.target = document.documentElement;
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (ctx.live) return;
  const place = ctx.target === document.documentElement ? ctx.sourceElement : ctx.target;
  const busy = [place, ctx.request.submitter].filter((node) => node instanceof Element);
  const timer = setTimeout(() => busy.forEach((node) => node.setAttribute("aria-busy", "true")), 300);
  waiting.set(ctx, () => {
    clearTimeout(timer);
    busy.forEach((node) => node.removeAttribute("aria-busy"));
  });
});

document.addEventListener("htmx:finally:request", ({ detail: { ctx } }) => {
  waiting.get(ctx)?.();
  waiting.delete(ctx);
});

// After the answer came, before it is swapped in.
document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status, raw } = ctx.response;
  const isPage = /^\s*<!doctype html/i.test(ctx.text);
  if (isPage && status < 400 && raw.redirected && !ctx.live && ctx.target !== document.body && !ctx.select) {
    location.assign(raw.url); // signed out meanwhile, or the thing moved
    ctx.swap = "none";
    return;
  }
  if (status < 400) return;
  const answer = new DOMParser().parseFromString(ctx.text, "text/html");
  const marked = answer.querySelector("[data-error]");
  if (!marked && !isPage && ctx.text.trim() && !ctx.live) return; // a form with its own field errors
  ctx.swap = "none";
  if (ctx.live) return;
  const said = marked ?? answer.querySelector("main p") ?? null;
  show(said?.textContent.trim() || words.failed, { tone: "bad" });
});

document.addEventListener("htmx:error", ({ detail }) => {
  if (!detail.ctx || detail.ctx.live) return;
  show(navigator.onLine ? words.failed : words.offline, { tone: "bad" });
});

// The server may say a sentence with any answer: HX-Trigger: {"toast": {"text": "Saved"}}
document.addEventListener("toast", ({ detail }) => show(detail.text ?? detail.value, detail));
document.addEventListener("announce", ({ detail }) => announce(detail.text ?? detail.value));
