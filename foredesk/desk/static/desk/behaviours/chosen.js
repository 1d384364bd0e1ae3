// Shows the part of a form that belongs to what is chosen in its select; the others are left out.
export default function chosen(root) {
  const select = root.querySelector("select");
  const show = () => {
    for (const part of root.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== select.value;
  };
  select.addEventListener("change", show);
  show();
}
