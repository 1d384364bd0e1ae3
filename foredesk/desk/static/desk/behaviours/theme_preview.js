// Radio buttons named "theme": the page shows the choice at once; the form keeps it.
import { apply } from "behaviours/theme";

export default function themePreview(element) {
  element.addEventListener("change", (event) => {
    if (event.target.name === "theme") apply(event.target.value);
  });
}
