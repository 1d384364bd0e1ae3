// A rich message in its frame: as tall as what it holds, and its pictures from other servers on request.
const TALLEST = 4000; // px

export default function frame(element) {
  const fit = () => {
    const page = element.contentDocument;
    if (!page?.body) return;
    // the root's own height: scrollHeight is never less than the frame has already
    element.height = Math.min(TALLEST, Math.ceil(page.documentElement.getBoundingClientRect().height) + 2);
    element.classList.add("is-fitted");
    const button = document.querySelector(`[data-frame="${CSS.escape(element.id)}"]`);
    if (button && page.querySelector("[remote-src]")) button.hidden = false;
    page.querySelectorAll("img").forEach((image) => image.addEventListener("load", fit, { once: true }));
  };
  const onClick = (event) => {
    const button = event.target.closest(`[data-frame="${CSS.escape(element.id)}"]`);
    if (!button) return;
    const url = new URL(element.src);
    url.searchParams.set("remote", "1");
    element.src = url.pathname + url.search;
    button.remove();
  };
  element.addEventListener("load", fit);
  document.addEventListener("click", onClick);
  const watch = new ResizeObserver(fit);
  watch.observe(element.parentElement);
  fit();
  return () => {
    document.removeEventListener("click", onClick);
    watch.disconnect();
  };
}
