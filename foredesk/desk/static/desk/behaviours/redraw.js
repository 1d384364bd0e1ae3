// A choice that decides what else is asked: the form is drawn anew, with what it holds.
export default function redraw(element) {
  element.addEventListener("change", () => {
    const button = element.form.querySelector("[data-redraw]");
    if (button) element.form.requestSubmit(button);
  });
}
