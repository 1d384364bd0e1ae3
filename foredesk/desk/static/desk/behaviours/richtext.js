// A small editor over a textarea that holds HTML: bold, italic, link. Without scripts the textarea stays.
import "dompurify"; // a script that sets the global that Squire cleans pasted markup with
import Squire from "squire";
import { icon } from "behaviours/telling";

export default function richtext(element) {
  const area = element.querySelector("textarea");
  const label = element.querySelector("label");
  const frame = document.createElement("div");
  frame.className = "richtext";
  const bar = document.createElement("div");
  bar.className = "richtext__bar";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", label.textContent);
  const text = document.createElement("div");
  text.className = "richtext__text";
  text.setAttribute("role", "textbox");
  text.setAttribute("aria-multiline", "true");
  text.setAttribute("aria-labelledby", (label.id ||= `${area.id}-label`));
  if (area.getAttribute("aria-describedby")) {
    text.setAttribute("aria-describedby", area.getAttribute("aria-describedby"));
  }
  frame.append(bar, text);
  area.after(frame);
  area.hidden = true;

  const editor = new Squire(text, { blockTag: "DIV" });
  editor.setHTML(area.value);
  const keep = () => {
    area.value = text.textContent.trim() ? editor.getHTML() : "";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  };
  editor.addEventListener("input", keep);
  label.addEventListener("click", () => editor.focus());

  bar.append(
    button("bold", "B", () => (editor.hasFormat("b") ? editor.removeBold() : editor.bold())),
    button("italic", "I", () => (editor.hasFormat("i") ? editor.removeItalic() : editor.italic())),
  );
  return () => editor.destroy();

  function button(name, words, run) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "btn btn--quiet btn--icon btn--sm";
    made.setAttribute("aria-label", element.dataset[name] ?? words);
    made.append(icon(name));
    made.addEventListener("click", () => {
      run();
      keep();
      editor.focus();
    });
    return made;
  }
}
