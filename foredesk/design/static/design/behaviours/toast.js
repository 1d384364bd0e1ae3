// A toast leaves after 8 seconds, or data-seconds. It waits while someone points at it or is inside it.
export default function toast(element) {
  let left = Number(element.dataset.seconds || 8) * 1000;
  let since = 0;
  let timer = null;
  const run = () => {
    since = Date.now();
    clearTimeout(timer);
    timer = setTimeout(() => element.remove(), left);
  };
  const hold = () => {
    clearTimeout(timer);
    left = Math.max(1000, left - (Date.now() - since));
  };
  element.addEventListener("pointerenter", hold);
  element.addEventListener("pointerleave", run);
  element.addEventListener("focusin", hold);
  element.addEventListener("focusout", run);
  element.addEventListener("click", (event) => {
    if (event.target.closest("button")) setTimeout(() => element.remove(), 0);
  });
  run();
  return () => clearTimeout(timer);
}
