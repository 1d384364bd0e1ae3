// A macro arrived: hand its text, and the way to leave the ticket, to the composer.
export default function macro(element) {
  const detail = { html: element.querySelector("template").innerHTML, then: element.dataset.then };
  document.getElementById("composer")?.dispatchEvent(new CustomEvent("macro", { detail }));
}
