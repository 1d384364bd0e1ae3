// Shows how a name with {agent}, {brand} and {workspace} reads, while it is typed.
export default function namePreview(element) {
  const input = element.querySelector("input");
  const output = element.querySelector("output");
  input.addEventListener("input", () => {
    const text = input.value.trim() || element.dataset.template;
    output.textContent = text
      .replaceAll("{agent}", element.dataset.agent)
      .replaceAll("{workspace}", element.dataset.workspace)
      .replaceAll("{brand}", element.dataset.brand);
  });
}
