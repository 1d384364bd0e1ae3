// Copies the address of something here, with the server's name in front.
import { show, words } from "behaviours/telling";

export default function copylink(element) {
  element.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(new URL(element.dataset.link, location.href).href);
      show(words.copied);
    } catch {
      show(words.uncopied, { tone: "bad" });
    }
  });
}
