// The live board: figures every three seconds; the page itself is fetched again when the lists have changed.
const board = document.getElementById("board");
let missing = null;

function figure(id, value) {
  const place = document.getElementById(id);
  if (place) (place.querySelector("strong, .stat-value, dd") ?? place).textContent = value;
}

async function refresh() {
  try {
    const answer = await fetch(board.dataset.source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    for (const key of ["expected", "present", "late", "leave", "missing"]) figure(key, now.total[key]);
    figure("review", now.total.review);
    document.querySelectorAll("#board-groups .board-group").forEach((row, i) => {
      const group = now.groups[i];
      if (!group) return;
      row.querySelector("progress").value = group.present;
      row.querySelector("[data-count]").textContent = `${group.present} / ${group.expected}`;
      const review = row.querySelector("[data-review]");
      review.querySelector("b").textContent = group.review;
      review.hidden = !group.review;
    });
    const names = now.missing.join();
    if (missing !== null && names !== missing) await refreshLists();
    missing = names;
  } catch {
    // the next round tries again; the figures on the page carry their time
  }
  setTimeout(refresh, 3000);
}

async function refreshLists() {
  const answer = await fetch(location.href);
  if (!answer.ok || document.activeElement?.closest("#away, #here")) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const id of ["away", "here"]) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) old.closest(".card").replaceWith(fresh.closest(".card"));
  }
  document.getElementById("board-fresh").textContent = page.getElementById("board-fresh").textContent;
}
setTimeout(refresh, 1500);
