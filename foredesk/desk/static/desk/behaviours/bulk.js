// Selected rows and the bar that changes them all. X or Ctrl-click selects.
export default function bulk(form) {
  const bar = form.closest("#bulk");
  const list = document.getElementById("list");
  const chosen = new Set();

  const draw = () => {
    bar.hidden = !chosen.size;
    form.querySelector(".bulk__count").textContent = chosen.size;
    form.querySelector(".bulk__tickets").replaceChildren(
      ...[...chosen].map((id) => {
        const input = document.createElement("input");
        input.type = "hidden";
        input.name = "ticket";
        input.value = id;
        return input;
      }),
    );
    list.querySelectorAll("a[data-row]").forEach((row) => {
      row.closest("li").toggleAttribute("data-selected", chosen.has(row.dataset.row));
    });
  };
  const toggle = (id) => {
    if (!chosen.delete(id)) chosen.add(id);
    draw();
  };
  const onSelect = (event) => toggle(event.detail.id);
  const onClick = (event) => {
    const row = event.target.closest("a[data-row]");
    if (!row || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    event.stopPropagation();
    toggle(row.dataset.row);
  };
  const onLive = () => draw();
  list.addEventListener("row-select", onSelect);
  list.addEventListener("click", onClick, true);
  list.addEventListener("live-updated", onLive);
  form.addEventListener("click", (event) => {
    if (event.target.closest("[data-clear]")) {
      chosen.clear();
      draw();
    }
  });
  const split = () => {
    const [action, value] = form.elements.choice.value.split(":");
    form.elements.action.value = action;
    form.elements.value.value = value;
  };
  form.elements.choice.addEventListener("change", split);
  form.addEventListener("submit", split, true);
  form.addEventListener("htmx:after:swap", () => {
    chosen.clear();
    draw();
  });
  split();
  return () => {
    list.removeEventListener("row-select", onSelect);
    list.removeEventListener("click", onClick, true);
    list.removeEventListener("live-updated", onLive);
  };
}
