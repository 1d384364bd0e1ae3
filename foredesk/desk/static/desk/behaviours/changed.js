// Marks a form while something in it differs from what the page brought.
const content = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, value.name ?? value]));

export default function changed(form) {
  const before = content(form);
  const look = () => form.classList.toggle("is-changed", content(form) !== before);
  form.addEventListener("input", look);
  return () => form.removeEventListener("input", look);
}
