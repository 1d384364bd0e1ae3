// The panes of the inbox: the open ticket is marked in the list, the page's title follows it, "/" opens
// the search of the list, and a row that moved to the first page leaves the later ones.
export default function inbox(element) {
  const panes = element;
  const onSwap = () => {
    const work = document.getElementById("work");
    const title = work?.dataset.title;
    if (title) document.title = title;
    const number = work?.querySelector("[data-number]")?.dataset.number;
    panes.classList.toggle("panes--list", !number);
    document.querySelector(".shell")?.classList.toggle("shell--talk", Boolean(number));
    if (number) mark(number);
  };
  const onLive = (event) => {
    if (event.target.id !== "rows") return;
    const fresh = new Set([...document.querySelectorAll("#rows > ul:not(.rows__more) a[data-row]")].map((row) => row.dataset.row));
    document.querySelectorAll(".rows__more a[data-row]").forEach((row) => {
      if (fresh.has(row.dataset.row)) row.closest("li").remove();
    });
  };
  const onClick = (event) => {
    const opener = event.target.closest("[data-opens]");
    if (!opener) return;
    const form = document.getElementById(opener.dataset.opens);
    form.hidden = false;
    form.querySelector("input[type=search]").focus();
  };
  document.addEventListener("htmx:after:swap", onSwap);
  panes.addEventListener("live-updated", onLive);
  panes.addEventListener("click", onClick);
  onSwap();
  return () => document.removeEventListener("htmx:after:swap", onSwap);
}

function mark(number) {
  const rows = document.getElementById("rows");
  if (!rows) return;
  const url = new URL(rows.dataset.liveUrl, location.href);
  url.searchParams.set("open", number);
  rows.dataset.liveUrl = url.pathname + url.search;
  rows.querySelectorAll("a[data-row]").forEach((row) => {
    const isOpen = row.dataset.row === number;
    if (isOpen) {
      row.setAttribute("aria-current", "true");
      row.classList.remove("ticket--unread");
      row.querySelector(".ticket__who .dot")?.remove();
    } else row.removeAttribute("aria-current");
  });
}
