// The live wall keeps itself fresh; when the server is away it says that its figures are old.
const source = document.querySelector("script[data-source]").dataset.source;
const rows = () => document.querySelectorAll("#wall-groups tr");
const fill = (place, counts) => {
  for (const cell of place.querySelectorAll("[data-key]")) {
    cell.textContent = counts[cell.dataset.key] + (cell.dataset.key === "present" && counts.review ? "*" : "");
  }
};
let missed = 0;

async function refresh() {
  try {
    const answer = await fetch(source, {headers: {Accept: "application/json"}, signal: AbortSignal.timeout(4000)});
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (now.groups.length !== rows().length) return location.reload();
    fill(document.getElementById("wall-total"), now.total);
    rows().forEach((row, i) => {
      fill(row, now.groups[i]);
      row.classList.toggle("wall-full", !now.groups[i].missing);
    });
    const review = document.getElementById("wall-review");
    review.querySelector("b").textContent = now.total.review;
    review.hidden = !now.total.review;
    document.getElementById("wall-clock").textContent = now.clock;
    missed = 0;
  } catch {
    missed += 1;
  }
  document.getElementById("wall-stale").hidden = missed < 2;
  setTimeout(refresh, 2000);
}
setTimeout(refresh, 1000);
