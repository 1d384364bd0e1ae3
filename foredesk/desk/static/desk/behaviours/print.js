// Opens the browser's print dialog.
export default function print(element) {
  element.addEventListener("click", () => window.print());
}
