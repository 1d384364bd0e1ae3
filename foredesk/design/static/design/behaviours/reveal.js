// Shows and hides what is typed in a password field.
import { words } from "behaviours/telling";

export default function reveal(element) {
  const input = element.querySelector("input");
  const button = element.querySelector("button");
  const use = button.querySelector("use");
  button.addEventListener("click", () => {
    const shown = input.type === "password";
    input.type = shown ? "text" : "password";
    button.setAttribute("aria-pressed", shown);
    button.setAttribute("aria-label", shown ? words.hide : words.show);
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, shown ? "#i-eye-off" : "#i-eye"));
    input.focus();
  });
  input.form?.addEventListener("submit", () => (input.type = "password"));
}
