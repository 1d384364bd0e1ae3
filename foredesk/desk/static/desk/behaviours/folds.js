// A shut section opens when a field in it is refused, so that the browser can show why.
export default function folds(form) {
  const open = (event) => {
    for (let part = event.target.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
  };
  form.addEventListener("invalid", open, true);
  return () => form.removeEventListener("invalid", open, true);
}
