// On a button: data-dialog="id" opens that dialog. On a <dialog>: data-close buttons and the backdrop
// close it, data-open shows it on arrival and removes it when it closes. An answer with
// HX-Trigger: close-dialog closes the dialog that asked. It shows once all inside it listens: a key that
// a quick hand presses then is heard.
import { settled } from "behaviours/core";

export default function dialog(element) {
  if (element.localName !== "dialog") {
    element.setAttribute("aria-haspopup", "dialog");
    element.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById(element.dataset.dialog)?.showModal();
    });
    return undefined;
  }
  element.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) element.close();
    if (event.target === element && isOutside(event, element)) element.close();
  });
  element.addEventListener("close-dialog", () => element.close());
  if (element.hasAttribute("data-open")) {
    const opener = document.activeElement;
    element.addEventListener("close", () => {
      element.remove();
      if (opener?.isConnected) opener.focus();
    });
    settled(element).then(() => element.isConnected && !element.open && element.showModal());
  }
  return undefined;
}

function isOutside(event, element) {
  const box = element.getBoundingClientRect();
  const inside =
    event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
  return !inside && event.detail > 0; // detail 0: Enter on a button inside
}
