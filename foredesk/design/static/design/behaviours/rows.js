// A list of rows, <a data-row="id">: J and K open the next and the previous one, Enter the one in focus,
// X selects (event "row-select" with detail.id). data-next and data-previous hold the words for "?".
import { register } from "behaviours/shortcuts";

export default function rows(element) {
  const all = () => [...element.querySelectorAll("a[data-row]")];
  const current = () => {
    const list = all();
    const focused = document.activeElement?.closest?.("a[data-row]");
    return list.includes(focused) ? focused : list.find((row) => row.ariaCurrent) ?? null;
  };
  const go = (step) => {
    const list = all();
    const at = list.indexOf(current());
    const row = at < 0 ? list.at(step > 0 ? 0 : -1) : list[at + step];
    if (!row) return;
    row.focus();
    row.scrollIntoView({ block: "nearest" });
    row.click();
  };
  const select = () => {
    const row = current();
    row?.dispatchEvent(new CustomEvent("row-select", { bubbles: true, detail: { id: row.dataset.row } }));
  };
  const ends = [
    register("j", element.dataset.next ?? "", () => go(1)),
    register("k", element.dataset.previous ?? "", () => go(-1)),
    register("x", element.dataset.select ?? "", select),
  ];
  element.addEventListener("click", (event) => {
    const row = event.target.closest("a[data-row]");
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    all().forEach((other) => other.removeAttribute("aria-current"));
    row.setAttribute("aria-current", "true");
  });
  return () => ends.forEach((end) => end());
}
