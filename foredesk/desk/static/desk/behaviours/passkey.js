// A form that makes or uses a passkey (WebAuthn) before it is sent. data-passkey="create" or "get";
// the server's options are in data-options, or fetched from data-options-url when they are needed.
// What the device answers goes into the hidden field "credential" as JSON with base64url, as the
// server sent it.
import { csrfToken } from "behaviours/telling";

export default function passkey(form) {
  let isReady = false;
  form.addEventListener("submit", async (event) => {
    if (isReady) return;
    event.preventDefault();
    const button = event.submitter;
    say(form, null);
    if (!window.PublicKeyCredential) return say(form, "unsupported");
    button?.setAttribute("aria-busy", "true");
    try {
      const options = await load(form);
      const make = form.dataset.passkey === "create";
      if (make) choose(form, options.publicKey);
      const publicKey = decode(options.publicKey, make);
      const credential = await (make ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
      form.elements.credential.value = JSON.stringify(encode(credential));
      isReady = true;
      form.requestSubmit();
    } catch (error) {
      button?.removeAttribute("aria-busy");
      say(form, { InvalidStateError: "known", SecurityError: "unsupported", TypeError: "failed" }[error.name] ?? "cancelled");
    }
  });
}

async function load(form) {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const headers = { Accept: "application/json", "X-Requested-With": "XMLHttpRequest", "X-CSRFToken": csrfToken() };
  const answer = await fetch(form.dataset.optionsUrl, { headers });
  if (!answer.ok) throw new TypeError("no options");
  return (await answer.json()).request_options;
}

// A passkey lives on the device and asks for its lock; a mere second step needs neither.
function choose(form, options) {
  const alone = form.elements.passwordless?.checked ?? true;
  const wanted = options.authenticatorSelection;
  wanted.residentKey = alone ? "required" : "discouraged";
  wanted.requireResidentKey = alone;
  if (alone) wanted.userVerification = "required";
}

function decode(options, make) {
  const ready = { ...options, challenge: bytes(options.challenge) };
  if (make) ready.user = { ...options.user, id: bytes(options.user.id) };
  const list = make ? "excludeCredentials" : "allowCredentials";
  ready[list] = (options[list] ?? []).map((entry) => ({ ...entry, id: bytes(entry.id) }));
  return ready;
}

function encode(credential) {
  const { response } = credential;
  const plain = { clientDataJSON: text(response.clientDataJSON) };
  for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[name]) plain[name] = text(response[name]);
  }
  if (response.getTransports) plain.transports = response.getTransports();
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: plain,
  };
}

function bytes(base64url) {
  const plain = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function say(form, what) {
  const place = form.querySelector("[data-passkey-error]");
  place.hidden = !what;
  place.querySelector("span").textContent = what ? place.dataset[what] : "";
}
