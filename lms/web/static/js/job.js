// A running job: the bar moves by itself; when the job ends, the page says how. Without script the page reloads instead.
const job = document.getElementById("job");
const bar = job.querySelector("progress");
let shown = 0;

async function refresh() {
  try {
    const answer = await fetch(job.dataset.source, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(answer.status);
    const now = await answer.json();
    if (!now.unfinished) return location.reload();
    if (now.total) {
      const figure = `${now.done} / ${now.total}`;
      [bar.max, bar.value, bar.textContent] = [now.total, now.done, figure];
      job.querySelector(".progress-figure").textContent = figure;
      const tenth = Math.floor((10 * now.done) / now.total);
      if (tenth > shown) document.getElementById("job-said").textContent = figure;  // a screen reader hears every tenth
      shown = tenth;
    }
    job.querySelector(".progress-text > :first-child").textContent = now.text;
  } catch {
    // the next round tries again
  }
  setTimeout(refresh, 700);
}
setTimeout(refresh, 400);
