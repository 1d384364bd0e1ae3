// Tells the others that I am on this ticket and for how long I really work on it, and says new messages to a screen reader.
import { announce, csrfToken } from "behaviours/telling";

const BEAT = 15_000; // ms; the server forgets a reader after 25 s
const IDLE = 60_000; // ms; who gives no sign of life for so long does something else
const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "touchmove", "input"];

export default function talk(element) {
  const url = element.dataset.presenceUrl;
  let timer = null;
  const work = watchWork();
  let known = element.querySelectorAll(".msg").length;
  let isHere = false;
  const beat = () => {
    if (document.hidden) return;
    isHere = true;
    const state = document.documentElement.dataset.typing === url ? "typing" : "reading";
    say(url, state, false, work.take());
  };
  const onVisibility = () => (document.hidden ? leave() : beat());
  // A page that goes is also hidden. A second word could arrive before the one that brings the seconds,
  // which would then belong to no visit.
  const leave = () => {
    if (isHere) say(url, "gone", true, work.take());
    isHere = false;
  };
  const onSwap = () => {
    const messages = element.querySelectorAll(".msg");
    if (messages.length > known) {
      const last = messages[messages.length - 1];
      announce(last.getAttribute("aria-label"));
    }
    known = messages.length;
  };
  const unpin = showBeginning(element.querySelector(".pane__scroll"));
  beat();
  timer = setInterval(beat, BEAT);
  document.addEventListener("visibilitychange", onVisibility);
  document.addEventListener("htmx:after:swap", onSwap);
  addEventListener("pagehide", leave);
  return () => {
    unpin();
    work.stop();
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onVisibility);
    document.removeEventListener("htmx:after:swap", onSwap);
    removeEventListener("pagehide", leave);
    leave();
  };
}

// Counts the time in which somebody works here: from each sign of life until IDLE after it, while
// the page can be seen. `take` gives whole seconds; what is left of one comes with the next.
function watchWork() {
  let worked = 0;
  let mark = performance.now();
  let sign = mark;
  let seen = !document.hidden;
  const count = () => {
    const now = performance.now();
    if (seen) worked += Math.max(0, Math.min(now, sign + IDLE) - mark);
    mark = now;
    seen = !document.hidden;
    return now;
  };
  const live = () => {
    if (performance.now() - sign > 1000) sign = count();
  };
  SIGNS.forEach((name) => addEventListener(name, live, { capture: true, passive: true }));
  return {
    take() {
      count();
      const seconds = Math.floor(worked / 1000);
      worked -= seconds * 1000;
      return seconds;
    },
    stop: () => SIGNS.forEach((name) => removeEventListener(name, live, true)),
  };
}

// The pane opens at its end. A last message taller than the pane is read from its beginning; frames
// grow while they load, so this holds until the reader moves.
function showBeginning(pane) {
  const thread = pane?.firstElementChild;
  if (!thread) return () => {};
  const place = () => {
    const last = [...thread.querySelectorAll(".msg")].at(-1);
    if (last && last.offsetHeight > pane.clientHeight) {
      pane.scrollTop += last.getBoundingClientRect().top - pane.getBoundingClientRect().top - 12;
    }
  };
  const watch = new ResizeObserver(place);
  const moves = ["wheel", "touchmove", "keydown", "pointerdown"];
  const stop = () => {
    watch.disconnect();
    moves.forEach((move) => removeEventListener(move, stop, true));
  };
  moves.forEach((move) => addEventListener(move, stop, { capture: true, passive: true }));
  watch.observe(thread);
  return stop;
}

export function say(url, state, keepalive = false, worked = null) {
  const body = new URLSearchParams(worked === null ? { state } : { state, worked });
  fetch(url, { method: "POST", body, keepalive, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => {});
}
