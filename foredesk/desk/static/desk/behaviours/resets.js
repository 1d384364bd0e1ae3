// A form that is empty again after it was taken.
export default function resets(form) {
  form.addEventListener("htmx:after:swap", () => form.reset());
}
