// One panel at a time; arrow keys move along the tabs. A tab survives a live update of the page.
export default function tabs(element) {
  const all = () => [...element.querySelectorAll('[role="tab"]')];
  const choose = (tab) => {
    for (const other of all()) {
      const is = other === tab;
      other.setAttribute("aria-selected", is);
      other.tabIndex = is ? 0 : -1;
      const panel = document.getElementById(other.getAttribute("aria-controls"));
      if (panel) panel.hidden = !is;
    }
  };
  element.addEventListener("click", (event) => {
    const tab = event.target.closest('[role="tab"]');
    if (tab) choose(tab);
  });
  element.addEventListener("keydown", (event) => {
    const list = all();
    const at = list.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: list.length - 1 }[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    const tab = list.at(to % list.length);
    choose(tab);
    tab.focus();
  });
}
