// Tells the others that I am on this ticket, and says new messages to a screen reader.
import { announce, csrfToken } from "behaviours/telling";

const BEAT = 15_000; // ms; the server forgets a reader after 25 s

export default function talk(element) {
  const url = element.dataset.presenceUrl;
  let timer = null;
  let known = element.querySelectorAll(".msg").length;
  const beat = () => {
    if (!document.hidden && document.documentElement.dataset.typing !== url) say(url, "reading");
  };
  const onVisibility = () => (document.hidden ? say(url, "gone") : beat());
  const leave = () => say(url, "gone", true);
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
    clearInterval(timer);
    document.removeEventListener("visibilitychange", onVisibility);
    document.removeEventListener("htmx:after:swap", onSwap);
    removeEventListener("pagehide", leave);
    say(url, "gone", true);
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

export function say(url, state, keepalive = false) {
  const body = new URLSearchParams({ state });
  fetch(url, { method: "POST", body, keepalive, headers: { "X-CSRFToken": csrfToken(), "HX-Request": "true" } }).catch(() => {});
}
