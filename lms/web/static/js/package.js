// The page around a package: what a part of it tells is sent on, at most once a second, and at once when it finishes or is left.
const frame = document.getElementById("package");
const said = document.getElementById("package-said");
const badge = document.getElementById("package-state");
const token = document.querySelector('#package-box input[name="csrf_token"]').value;
const box = document.getElementById("package-box");
let latest = null;
let sentText = "";
let timer = null;

addEventListener("message", (event) => {
  if (event.source !== frame.contentWindow || !event.data || event.data.lms !== true) return;
  const { part, status, raw, min, max, location: place, suspend_data, exit, finished } = event.data;
  latest = { part, status, raw, min, max, location: place, suspend_data, exit };
  if (finished) return void send();
  timer ??= setTimeout(() => send(), 1000);
});
if (box.dataset.opened) {  // what does not talk to us is done once it was opened
  frame.addEventListener("load", () => { latest = { part: box.dataset.opened, status: "completed" }; send(); }, { once: true });
}
document.addEventListener("visibilitychange", () => { if (document.hidden) send(true); });
addEventListener("pagehide", () => send(true));

async function send(last = false) {
  clearTimeout(timer);
  timer = null;
  const text = JSON.stringify(latest);
  if (!latest || text === sentText) return;
  try {
    const answer = await fetch(box.dataset.report, {
      method: "POST", keepalive: last && text.length < 60000, body: text,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    });
    if (answer.ok) {
      sentText = text;
      const told = await answer.json();
      said.textContent = box.dataset.wordSaved;
      if (told.part_done) badge.textContent = box.dataset.wordDone;
      box.querySelector("progress").value = told.share;
      box.querySelector(".progress-figure").textContent = `${Math.floor(told.share / 10)}%`;
    } else said.textContent = (await answer.json()).error.message;
  } catch {
    said.textContent = box.dataset.wordOffline;
    timer ??= setTimeout(() => send(), 10000);
  }
}
