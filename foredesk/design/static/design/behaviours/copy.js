// A button that copies the code beside it, or its own data-copy.
import { show, words } from "behaviours/telling";

export default function copy(element) {
  const button = element.matches("button") ? element : element.querySelector("button");
  button.addEventListener("click", async () => {
    const text = element.dataset.copy ?? element.querySelector("code").textContent;
    try {
      await navigator.clipboard.writeText(text);
      show(words.copied);
    } catch {
      const code = element.querySelector("code");
      if (code) getSelection().selectAllChildren(code);
      show(words.uncopied, { tone: "bad" });
    }
  });
}
