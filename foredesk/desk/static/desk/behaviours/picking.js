// A search field above a list of buttons: Enter presses the first, the arrows go through them.
export default function picking(element) {
  const buttons = () => [...element.querySelectorAll("[data-pick]")];
  element.addEventListener("keydown", (event) => {
    const all = buttons();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    const field = element.querySelector("input");
    if (event.key === "Enter" && document.activeElement === field) {
      event.preventDefault();
      all[0].click();
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      all[Math.min(at + 1, all.length - 1)].focus();
    } else if (event.key === "ArrowUp" && at >= 0) {
      event.preventDefault();
      (all[at - 1] ?? field).focus();
    }
  });
}
