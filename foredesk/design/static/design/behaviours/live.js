// Hears the server's pokes and fetches again what they concern; no data comes over the stream itself.
// The page names what it may hear in <meta name="live-topics"> and in data-live-token of any element;
// data-live="ticket-42 views" with data-live-url="/tickets/42/thread" is fetched again, and morphed in
// place, when one of its topics is poked. Event "live-updated" fires on it afterwards. What was asked for
// before something this page did was answered may be older than that answer: it is asked for again.
import htmx from "htmx";

const GATHER = 150; // ms: pokes that come together are one fetch
const REST = 60_000; // ms hidden before the stream is let go

let source = null;
let heard = ""; // the tokens that the open stream was asked for
let wasOpen = false;
let failures = 0;
let retry = null;
let rest = null;
let gather = null;
const due = new Set();
const running = new Map(); // element → is another fetch wanted
let answered = 0; // changes that this page made

export default function live() {
  const watch = new MutationObserver(() => {
    if (source && tokens().join() !== heard) connect();
  });
  watch.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-live-token"] });
  document.addEventListener("visibilitychange", onVisibility);
  addEventListener("pagehide", disconnect);
  addEventListener("pageshow", onShow);
  addEventListener("online", onShow);
  document.addEventListener("htmx:after:request", onAnswer);
  connect();
  return () => {
    watch.disconnect();
    document.removeEventListener("visibilitychange", onVisibility);
    removeEventListener("pagehide", disconnect);
    removeEventListener("pageshow", onShow);
    removeEventListener("online", onShow);
    document.removeEventListener("htmx:after:request", onAnswer);
    disconnect();
  };
}

function tokens() {
  const meta = document.querySelector('meta[name="live-topics"]')?.content;
  const own = [...document.querySelectorAll("[data-live-token]")].map((node) => node.dataset.liveToken);
  return [...new Set([meta, ...own].filter(Boolean))];
}

function connect() {
  disconnect();
  const asked = tokens();
  heard = asked.join();
  if (!asked.length) return;
  const stream = new EventSource(`/live?${new URLSearchParams(asked.map((token) => ["topics", token]))}`);
  source = stream;
  stream.addEventListener("open", () => {
    failures = 0;
    document.documentElement.dataset.live = "on";
    if (wasOpen) refresh(everything()); // what was poked meanwhile is not known
    wasOpen = true;
  });
  stream.addEventListener("poke", (event) => refresh(concerned(JSON.parse(event.data).topic)));
  stream.addEventListener("resync", () => refresh(everything()));
  stream.addEventListener("error", () => {
    if (source !== stream) return;
    disconnect();
    failures += 1;
    const wait = Math.min(10_000, 500 * 2 ** Math.min(failures, 5));
    retry = setTimeout(connect, wait * (0.5 + Math.random() / 2));
  });
}

function disconnect() {
  clearTimeout(retry);
  source?.close();
  source = null;
  delete document.documentElement.dataset.live;
}

function onVisibility() {
  clearTimeout(rest);
  if (document.hidden) rest = setTimeout(disconnect, REST);
  else if (!source) connect();
}

function onShow(event) {
  if (!source || event.persisted) connect();
}

function onAnswer(event) {
  const { ctx } = event.detail;
  if (!ctx.live) {
    if (ctx.request.method !== "GET") answered += 1;
  } else if (ctx.since !== answered) {
    event.preventDefault();
    running.set(ctx.sourceElement, true);
  }
}

function everything() {
  return [...document.querySelectorAll("[data-live][data-live-url]")];
}

function concerned(topic) {
  return everything().filter((element) => element.dataset.live.split(/\s+/).includes(topic));
}

function refresh(elements) {
  elements.forEach((element) => due.add(element));
  if (due.size) gather ??= setTimeout(flush, GATHER);
}

function flush() {
  gather = null;
  const all = [...due].filter((element) => element.isConnected);
  due.clear();
  all
    .filter((element) => !all.some((other) => other !== element && other.contains(element)))
    .forEach(fetchAgain);
}

async function fetchAgain(element) {
  if (running.has(element)) {
    running.set(element, true);
    return;
  }
  running.set(element, false);
  const kept = [...document.querySelectorAll(".scroll")].map((node) => [node, node.scrollTop]);
  try {
    await htmx.ajax("GET", element.dataset.liveUrl, {
      target: element,
      source: element,
      swap: element.dataset.liveSwap ?? "outerMorph",
      select: null,
      push: "false",
      live: true,
      since: answered,
    });
    kept.forEach(([node, top]) => node.isConnected && node.scrollTop !== top && (node.scrollTop = top));
    element.dispatchEvent(new CustomEvent("live-updated", { bubbles: true }));
  } finally {
    const again = running.get(element);
    running.delete(element);
    if (again && element.isConnected) refresh([element]);
  }
}
