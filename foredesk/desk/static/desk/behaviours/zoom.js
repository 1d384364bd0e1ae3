// The chart of a measure to explore: values under the pointer, days drawn larger, a link to them.
// The picture that the server drew stays for whoever does not ask for this.
const HEIGHT = 240;
const TIMES = [10, 30, 60, 300, 600, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 432_000, 864_000]; // s

export default function zoom(card) {
  const toggle = card.querySelector("[data-zoom-toggle]");
  const place = card.querySelector("[data-zoom-chart]");
  const foot = card.querySelector("[data-zoom-foot]");
  const link = card.querySelector("[data-zoom-link]");
  const picture = card.querySelector(".scrollx");
  const data = JSON.parse(card.dataset.zoom);
  let chart = null;

  const fit = () => chart?.setSize({ width: place.clientWidth, height: HEIGHT });
  const watch = new ResizeObserver(fit);
  watch.observe(card);

  toggle.addEventListener("click", async () => {
    const isOn = toggle.getAttribute("aria-pressed") !== "true";
    toggle.setAttribute("aria-pressed", String(isOn));
    picture.hidden = isOn;
    place.hidden = !isOn;
    foot.hidden = !isOn;
    if (isOn && !chart) chart = await draw();
    else fit();
  });

  async function draw() {
    const { default: Chart } = await import("uplot");
    const colour = (n) => getComputedStyle(picture.querySelector(`.s${n}`)).stroke;
    const ink = getComputedStyle(foot).color;
    const faint = getComputedStyle(picture.querySelector(".grid-line")).stroke;
    const times = data.days.map((day) => Date.parse(`${day}T00:00:00Z`) / 1000);
    const words = (value) => (value == null ? "–" : say(value, data.unit));
    const axis = { stroke: ink, grid: { stroke: faint, width: 1 }, ticks: { show: false }, font: "11px Inter, sans-serif" };
    return new Chart(
      {
        width: place.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => Chart.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        scales: { y: { range: (_, low, high) => [0, Math.max(high, 0) * 1.05 || 1] } },
        series: [
          { label: card.querySelector("th").textContent, value: (_, at) => (at == null ? "–" : day(at)) },
          ...data.names.map((name, n) => ({ label: name, stroke: colour(n + 1), width: 2, value: (_, value) => words(value) })),
        ],
        axes: [
          { ...axis, incrs: [1, 2, 3, 7, 14, 28, 91].map((days) => days * 86_400), values: (_, ticks) => ticks.map(day) },
          { ...axis, size: 60, ...(data.unit === "s" && { incrs: TIMES }), values: (_, ticks) => ticks.map(words) },
        ],
        hooks: { setScale: [(own, name) => name === "x" && offer(own.scales.x)] },
      },
      [times, ...data.values],
      place,
    );
  }

  function offer({ min, max }) {
    const inside = data.days.filter((one) => {
      const at = Date.parse(`${one}T00:00:00Z`) / 1000;
      return at >= min && at <= max;
    });
    link.hidden = !inside.length || inside.length === data.days.length;
    if (link.hidden) return;
    const address = new URL(location.href);
    address.searchParams.delete("days");
    address.searchParams.set("from", inside[0]);
    address.searchParams.set("to", inside.at(-1));
    link.href = address.pathname + address.search;
  }

  function day(at) {
    const options = { day: "numeric", month: "short", timeZone: "UTC" };
    return new Date(at * 1000).toLocaleDateString(document.documentElement.lang, options);
  }

  return () => {
    watch.disconnect();
    chart?.destroy();
  };
}

function say(value, unit) {
  if (unit === "%") return `${round(value * 100)}%`;
  if (unit !== "s") return Math.round(value).toLocaleString(document.documentElement.lang);
  if (value < 60) return `${Math.round(value)} s`;
  if (value < 5400) return `${round(value / 60)} min`;
  if (value < 129_600) return `${round(value / 3600)} h`;
  return `${round(value / 86_400)} d`;
}

function round(value) {
  return Number(value.toFixed(value < 99.95 ? 1 : 0));
}
