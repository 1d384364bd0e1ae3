import { csrfToken } from "behaviours/telling";

// Tells the desk, once a minute at most, that somebody moves here: who doesn't is away after a while.
const EVERY = 60_000;

export default function active(element) {
  let told = 0;
  const tell = () => {
    if (document.hidden || Date.now() - told < EVERY) return;
    told = Date.now();
    const headers = { "X-CSRFToken": csrfToken() };
    fetch(element.dataset.active, { method: "POST", headers }).catch(() => {});
  };
  const moves = ["pointermove", "keydown", "scroll", "touchstart"];
  for (const move of moves) addEventListener(move, tell, { passive: true, capture: true });
  return () => moves.forEach((move) => removeEventListener(move, tell, { capture: true }));
}
