// A link to a table: fetched here, so that whoever waits for a long one sees how far it is and can stop it.
// It comes in frames, see downloads.py: rows so far and length, four bytes each, then bytes of the file.
// Without this the link saves the file as any other.
import { show } from "behaviours/telling";

const PATIENCE = 400; // ms until it is worth a word
const TOGETHER = 4 * 2 ** 20; // bytes: more is handed to the browser, which may lay it on the disk
const HEAD = 8;

export default function taking(link) {
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    take(link.href, opener(link));
  });
}

function opener(link) {
  const menu = link.closest("[popover]");
  return menu ? document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`) : link;
}

async function take(href, from) {
  const dialog = document.getElementById("taking");
  if (dialog.dataset.busy !== undefined) return;
  dialog.dataset.busy = "";
  dialog.querySelectorAll("p").forEach((line) => line.replaceChildren()); // of the one before
  dialog.querySelector("progress").removeAttribute("value");
  const stop = new AbortController();
  const halt = () => stop.abort();
  const timer = setTimeout(() => dialog.showModal(), PATIENCE);
  dialog.querySelector("[data-taking-stop]").addEventListener("click", halt, { signal: stop.signal });
  dialog.addEventListener("cancel", halt, { signal: stop.signal }); // Esc
  try {
    const answer = await fetch(href, { headers: { "Foredesk-Progress": "1" }, signal: stop.signal });
    const count = answer.headers.get("X-Row-Count");
    if (!answer.ok || count === null) {
      location.assign(href); // a refusal, or the sign-in: its own page says it
      return;
    }
    const name = nameOf(answer.headers.get("Content-Disposition"));
    dialog.querySelector("[data-taking-name]").textContent = name;
    const { blob, rows } = await read(answer.body, progress(dialog, Number(count)));
    save(blob, name);
    show(say(dialog.dataset.done, { count: rows }));
  } catch {
    show(stop.signal.aborted ? dialog.dataset.stopped : dialog.dataset.broken, {
      tone: stop.signal.aborted ? "ok" : "bad",
    });
  } finally {
    clearTimeout(timer);
    delete dialog.dataset.busy;
    stop.abort(); // nobody listens any more
    const wasOpen = dialog.open;
    dialog.close();
    if (wasOpen) from?.focus();
  }
}

// Says each quarter aloud, and draws every step.
function progress(dialog, count) {
  const bar = dialog.querySelector("progress");
  const words = dialog.querySelector("[data-taking-rows]");
  const aloud = dialog.querySelector("[data-taking-said]");
  let quarter = 0;
  bar.max = Math.max(count, 1);
  const draw = (rows) => {
    bar.value = rows;
    words.textContent = say(dialog.dataset.rows, { done: rows, count });
    const now = Math.floor((4 * rows) / bar.max);
    if (now > quarter) aloud.textContent = words.textContent;
    quarter = Math.max(now, quarter);
  };
  draw(0);
  return draw;
}

async function read(stream, draw) {
  const reader = stream.getReader();
  const saved = [];
  let parts = [];
  let size = 0;
  let held = new Uint8Array(0);
  let rows = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) throw new Error("It ended before its end.");
    held = joined(held, value);
    let at = 0;
    while (held.length - at >= HEAD) {
      const head = new DataView(held.buffer, held.byteOffset + at, HEAD);
      const length = head.getUint32(4);
      rows = head.getUint32(0);
      if (length === 0) return { blob: new Blob([...saved, ...parts]), rows };
      if (held.length - at - HEAD < length) break;
      parts.push(held.slice(at + HEAD, at + HEAD + length));
      size += length;
      at += HEAD + length;
      draw(rows);
      if (size >= TOGETHER) {
        saved.push(new Blob(parts));
        parts = [];
        size = 0;
      }
    }
    held = held.subarray(at);
  }
}

function joined(one, other) {
  if (!one.length) return other;
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}

function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

function nameOf(disposition) {
  const coded = /filename\*=utf-8''([^;]+)/i.exec(disposition)?.[1];
  if (coded) return decodeURIComponent(coded);
  return /filename="((?:\\.|[^"\\])*)"/.exec(disposition)?.[1].replace(/\\(.)/g, "$1") ?? "";
}

function say(words, numbers) {
  const lang = document.documentElement.lang;
  return words.replace(/\{(\w+)\}/g, (_, name) => numbers[name].toLocaleString(lang));
}
