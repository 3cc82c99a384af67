// The hall's screen keeps itself fresh: a new code when the old one ends, counts every two seconds.
const source = document.querySelector("script[data-source]").dataset.source;
const at = (id) => document.getElementById(id);
let shown = at("hall-typed").textContent;

async function refresh() {
  let wait = 2000;
  try {
    const answer = await fetch(source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (now.typed !== shown) {
      at("hall-qr").innerHTML = now.qr;
      at("hall-typed").textContent = shown = now.typed;
    }
    at("hall-present").textContent = now.present;
    at("hall-expected").textContent = now.expected;
    at("hall-review").querySelector("b").textContent = now.review;
    at("hall-review").hidden = !now.review;
    at("hall-groups").querySelectorAll(".hall-group").forEach((row, i) => {
      const group = now.groups[i];
      if (!group) return;
      row.querySelector("progress").value = group.present;
      row.querySelector(".num").textContent = `${group.present}${group.review ? "*" : ""} / ${group.expected}`;
    });
    document.querySelector(".hall-clock").textContent = now.clock;
    wait = Math.min(wait, now.seconds * 1000 + 80);
  } catch {
    wait = 1000; // the server or the network is away; the last code stays until it is back
  }
  setTimeout(refresh, wait);
}
setTimeout(refresh, 500);
