// The composer: Squire in a box, reply or note, files by button, drop and paste, the draft saved while
// someone types and taken over on their other devices.
import Squire from "squire";
import "dompurify"; // a script of the old kind: it leaves its name on the window
import { announce, csrfToken, icon, show } from "behaviours/telling";
import { say } from "behaviours/talk";

const REST = 700; // ms without a key before the draft is saved
const TYPING = 8_000; // ms between two "is typing"

export default function composer(form) {
  const box = form.querySelector("#editor");
  const field = (name) => form.elements.namedItem(name);
  const saved = form.querySelector(".composer__saved");
  const stored = { [field("kind").value]: form.querySelector(".composer__draft").innerHTML };
  stored[other(field("kind").value)] = form.querySelector(".composer__draft-other").innerHTML;
  const state = { dirty: false, saving: null, timer: null, typed: 0, sent: false };
  const editor = new Squire(box, {
    blockTag: "P",
    sanitizeToDOMFragment: (html) => globalThis.DOMPurify.sanitize(html, { RETURN_DOM_FRAGMENT: true, FORBID_ATTR: ["style", "class", "id"], ADD_ATTR: ["target"] }),
    willCutCopy: null,
  });
  if (stored[field("kind").value].trim()) editor.setHTML(stored[field("kind").value]);
  drawEmpty();

  editor.addEventListener("input", () => {
    drawEmpty();
    if (state.sent) return;
    touch();
    if (Date.now() - state.typed > TYPING && !document.hidden) {
      state.typed = Date.now();
      document.documentElement.dataset.typing = form.dataset.presence;
      say(form.dataset.presence, "typing");
    }
  });
  for (const name of ["cc", "bcc"]) field(name)?.addEventListener("input", touch);

  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      submit();
    } else if (event.key === "Escape") {
      box.blur();
    }
  });

  form.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-kind]");
    if (kind) return choose(kind.dataset.kind);
    if (event.target.closest("[data-copies]")) return toggleCopies();
    const remove = event.target.closest("[data-remove]");
    if (remove) return detach(remove.closest("[data-file]"));
    const button = event.target.closest("[data-do]");
    if (button) return act(button);
    return undefined;
  });

  form.addEventListener("macro", async ({ detail: { html: text, then } }) => {
    if (form.querySelector('[data-kind="reply"]')) await choose("reply");
    setTimeout(() => {
      editor.focus(); // the dialog has given its focus back by now
      if (html()) editor.insertHTML(text);
      else editor.setHTML(text);
      editor.moveCursorToEnd();
      drawEmpty();
      touch();
      sendAs(then);
    }, 0);
  });

  form.addEventListener("formdata", (event) => event.formData.set("body", html()));
  form.addEventListener("submit", () => {
    clearTimeout(state.timer);
    state.sent = true;
    box.blur(); // keys work again: Z takes it back
    setTimeout(() => (state.sent = false), 4000); // a refused reply leaves the text where it is
  });

  const upload = form.querySelector("[data-upload]");
  upload.addEventListener("change", () => {
    attach([...upload.files]);
    upload.value = "";
  });
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.classList.add("is-dropping");
  });
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-dropping");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-dropping");
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    attach([...event.dataTransfer.files]);
  });
  box.addEventListener(
    "paste",
    (event) => {
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      attach(files);
    },
    true,
  );

  const onLive = (event) => {
    if (event.target.id === "draft-live") takeOver();
  };
  document.addEventListener("live-updated", onLive);
  const onLeave = () => state.dirty && save(true);
  addEventListener("pagehide", onLeave);

  function html() {
    return box.textContent.trim() || box.querySelector("img") ? editor.getHTML() : "";
  }

  function drawEmpty() {
    box.classList.toggle("is-empty", !html() && !box.querySelector("li, blockquote"));
  }

  function touch() {
    state.dirty = true;
    saved.textContent = "";
    clearTimeout(state.timer);
    state.timer = setTimeout(save, REST);
  }

  async function save(keepalive = false) {
    clearTimeout(state.timer);
    if (state.sent) return;
    if (state.saving) await state.saving;
    state.dirty = false;
    const data = new FormData();
    for (const name of ["kind", "revision", "cc", "bcc"]) data.set(name, field(name)?.value ?? "");
    data.set("body", html());
    state.saving = post(form.dataset.save, data, keepalive === true);
    const answer = await state.saving;
    state.saving = null;
    if (!answer) {
      state.dirty = true;
      state.timer = setTimeout(save, 5000);
      return;
    }
    if (answer.status === 409) return conflict(await answer.json());
    if (!answer.ok) return refuse(answer);
    const { id, revision } = await answer.json();
    field("draft").value = id;
    field("revision").value = revision;
    saved.textContent = form.dataset.savedWords ?? "Draft saved";
  }

  function conflict({ body }) {
    // Another device of mine wrote meanwhile: keep both, mine first.
    field("revision").value = "";
    if (body.trim() && body !== html()) {
      editor.setHTML(`${html()}<blockquote>${body}</blockquote>`);
      show("Another device saved this draft too. Its text is quoted below yours.");
    }
    touch();
  }

  function takeOver() {
    const kind = field("kind").value;
    for (const node of document.querySelectorAll("#draft-live template")) {
      if (node.dataset.kind !== kind) {
        stored[node.dataset.kind] = node.innerHTML;
        continue;
      }
      if (node.dataset.revision === field("revision").value || state.dirty || state.saving || state.sent) continue;
      const known = Number(field("revision").value || 0);
      if (Number(node.dataset.revision) < known && node.dataset.id === field("draft").value) continue;
      field("revision").value = node.dataset.revision;
      field("draft").value = node.dataset.id;
      if (node.innerHTML !== editor.getHTML()) editor.setHTML(node.innerHTML);
      drawEmpty();
    }
  }

  async function choose(kind) {
    const before = field("kind").value;
    if (kind !== before) {
      if (state.dirty) await save();
      stored[before] = html();
      field("kind").value = kind;
      field("draft").value = "";
      field("revision").value = "";
      form.classList.toggle("composer--note", kind === "note");
      form.querySelectorAll("[data-kind]").forEach((button) => button.setAttribute("aria-pressed", String(button.dataset.kind === kind)));
      form.querySelectorAll("[data-for]").forEach((part) => (part.hidden = part.dataset.for !== kind));
      form.querySelector("#copies").hidden = kind === "note" || !(field("cc").value || field("bcc").value);
      form.querySelector(".composer__files").replaceChildren();
      editor.setHTML(stored[kind] ?? "");
      if (html()) touch();
      drawEmpty();
    }
    editor.focus();
    editor.moveCursorToEnd();
  }

  // The first button sends as the macro wants it: "Send and solve".
  function sendAs(then) {
    const button = form.querySelector("[data-send-default]");
    const wish = form.querySelector(`#m-send [name="then"][value="${CSS.escape(then)}"]`);
    if (!button || !wish) return;
    button.value = then;
    button.firstChild.textContent = `${wish.dataset.command} `;
  }

  function toggleCopies() {
    const copies = form.querySelector("#copies");
    copies.hidden = !copies.hidden;
    form.querySelector("[data-copies]").setAttribute("aria-expanded", String(!copies.hidden));
    if (!copies.hidden) field("cc").focus();
  }

  function act(button) {
    const what = button.dataset.do;
    if (what === "attach") upload.click();
    else if (what === "bold") editor.hasFormat("B") ? editor.removeBold() : editor.bold();
    else if (what === "italic") editor.hasFormat("I") ? editor.removeItalic() : editor.italic();
    else if (what === "list") editor.hasFormat("UL") ? editor.removeList() : editor.makeUnorderedList();
    else if (what === "quote") editor.hasFormat("BLOCKQUOTE") ? editor.decreaseQuoteLevel() : editor.increaseQuoteLevel();
    else if (what === "link") link();
    else if (what === "discard") discard(button.dataset.url);
  }

  function link() {
    if (editor.hasFormat("A")) return editor.removeLink();
    const address = prompt(form.dataset.linkWords, "https://");
    if (address && /^(https?:|mailto:|tel:)/i.test(address)) editor.makeLink(address);
    return undefined;
  }

  async function discard(url) {
    clearTimeout(state.timer);
    const data = new FormData();
    data.set("kind", field("kind").value);
    const answer = await post(url, data);
    if (!answer?.ok) return;
    field("draft").value = "";
    field("revision").value = "";
    form.querySelector(".composer__files").replaceChildren();
    editor.setHTML("");
    state.dirty = false;
    saved.textContent = "";
    drawEmpty();
  }

  async function attach(files) {
    if (!files.length) return;
    const data = new FormData();
    data.set("kind", field("kind").value);
    files.forEach((file) => data.append("file", file));
    form.setAttribute("aria-busy", "true");
    const answer = await post(form.dataset.files, data);
    form.removeAttribute("aria-busy");
    if (!answer) return show("The file did not arrive. Try again.", { tone: "bad" });
    if (!answer.ok) return refuse(answer);
    const { draft, revision, files: added } = await answer.json();
    field("draft").value = draft;
    field("revision").value = revision;
    for (const file of added) form.querySelector(".composer__files").append(row(file));
    announce(added.map((file) => file.name).join(", "));
    return undefined;
  }

  function row(file) {
    const item = document.createElement("li");
    item.className = "chip chip--lg";
    item.dataset.file = file.id;
    const link = document.createElement("a");
    link.href = file.url;
    link.textContent = file.name;
    const size = document.createElement("small");
    size.textContent = file.size;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn btn--quiet btn--icon btn--sm";
    remove.dataset.remove = "";
    remove.setAttribute("aria-label", `Remove ${file.name}`);
    remove.append(icon("x"));
    item.append(icon("clip"), link, " ", size, remove);
    return item;
  }

  async function detach(item) {
    const answer = await post(form.dataset.detach.replace("ID", item.dataset.file), new FormData());
    if (answer?.ok || answer?.status === 404) item.remove();
  }

  async function refuse(answer) {
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    show(page.querySelector("[data-error]")?.textContent ?? "That did not work. Nothing was lost.", { tone: "bad" });
  }

  function submit() {
    const visible = [...form.querySelectorAll('button[type="submit"]')].find((button) => button.checkVisibility() && !button.closest("[popover]"));
    form.requestSubmit(visible);
  }

  return () => {
    document.removeEventListener("live-updated", onLive);
    removeEventListener("pagehide", onLeave);
    delete document.documentElement.dataset.typing;
    if (state.dirty && !state.sent) save(true);
    clearTimeout(state.timer);
    editor.destroy();
  };
}

function other(kind) {
  return kind === "note" ? "reply" : "note";
}

function post(url, body, keepalive = false) {
  const headers = { "X-CSRFToken": csrfToken(), "HX-Request": "true" };
  return fetch(url, { method: "POST", body, keepalive, headers }).catch(() => null);
}
