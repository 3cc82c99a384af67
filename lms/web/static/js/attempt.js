// Sitting a paper with script: each change is saved at once, waits on this device while there is no network, and is
// sent again until the server has it. Without script the same form saves question by question.
import { Queue } from "./attempt-queue.js";
import { Clock } from "./attempt-clock.js";
import { Sheet } from "./attempt-sheet.js";

const form = document.getElementById("answer");
const data = form.dataset;
const handIn = document.getElementById("hand-in");
const badge = document.getElementById("quiz-saved");
const token = form.elements.csrf_token.value;

const clock = new Clock(Number(data.elapsed), data.seconds === undefined ? null : Number(data.seconds));
const queue = new Queue(`lms-attempt-${data.uid}`, clock);
const sheet = new Sheet(form);
let sending = null;
let ended = false;

function say(state, word) {
  if (!badge) return;
  badge.dataset.state = state;
  badge.lastElementChild.textContent = word;
}

function showState() {
  if (ended) return;
  if (queue.empty) say("saved", data.wordSaved);
  else say("saving", data.wordSaving);
}

// One batch; true when the server has all that waited.
async function post(entries) {
  const answer = await fetch(data.save, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ answers: entries }),
  });
  if (answer.ok) {
    const now = await answer.json();
    queue.drop(entries);
    clock.set(now.elapsed, now.seconds_left);
    return;
  }
  if (answer.status >= 500) throw new Error(String(answer.status));
  const code = (await answer.json().catch(() => ({}))).error?.code;
  if (code === "attempt_over" || code === "attempt_submitted") {
    ended = true;
    queue.clear();
    location.replace(data.result);
  } else if (answer.status === 401 || code === "csrf") {
    ended = true;
    say("waiting", data.wordLogin); // what waits stays on this device and is sent after the next login
  } else {
    queue.drop(entries); // the server will never take these; the page shows what it has
    location.reload();
  }
}

// Sends what waits. Only one round runs at a time; resolves to whether nothing waits any more.
function flush() {
  sending ??= (async () => {
    await null; // a round with nothing to send must not end before it stands in `sending`, or none would follow it
    try {
      while (!queue.empty && !ended) {
        showState();
        await post(queue.first(100));
      }
      showState();
      return queue.empty;
    } catch {
      say("waiting", data.wordWaiting);
      setTimeout(flush, 3000);
      return false;
    } finally {
      sending = null;
    }
  })();
  return sending;
}

function changed(event) {
  const item = event.target.closest("fieldset.question")?.dataset.item;
  if (!item || ended) return;
  queue.add({ item: Number(item), ...sheet.given(item) });
  sheet.mark(item);
  flush();
}
let typing;
form.addEventListener("change", changed);
form.addEventListener("input", (event) => {
  if (!event.target.matches("textarea, input[type=text]")) return;
  clearTimeout(typing);
  typing = setTimeout(() => changed(event), 800);
});

form.addEventListener("submit", async (event) => {
  const go = event.submitter?.value ?? "check";
  if (sheet.go(go)) {
    event.preventDefault();
  } else if (go === "check" || data.layout === "check") {
    event.preventDefault();
    if (await flush()) location.assign(go === "check" ? data.check : `${data.show}?q=${go}`);
  }
});
addEventListener("popstate", () => sheet.go(new URLSearchParams(location.search).get("q") ?? "", false));

async function timeIsUp() {
  ended = true;
  document.getElementById("question-place")?.querySelectorAll("input, select, textarea").forEach((box) => { box.disabled = true; });
  say("saving", data.wordOver);
  ended = false; // what waits may still be sent
  if (!(await flush())) return setTimeout(timeIsUp, 3000);
  await sync();
  if (clock.left() > 0) return location.reload(); // the room got more minutes
  ended = true;
  handIn.submit();
}

// Asks the server for the time, so that more minutes for the room are seen without a reload.
async function sync() {
  try { await post([]); } catch { /* the next round tries again */ }
}
setInterval(() => { if (!sending && !ended) sync(); }, 55000 + Math.random() * 10000);
addEventListener("online", flush);
document.addEventListener("visibilitychange", () => { if (!document.hidden && !ended) sync(); });

clock.every((words, low) => {
  const timer = document.getElementById("quiz-timer");
  if (!timer) return;
  timer.toggleAttribute("data-low", low);
  timer.lastElementChild.textContent = words;
}, data, timeIsUp);

// What an earlier visit could not send comes first; then the page shows it.
const left = !queue.empty;
for (const entry of queue.first(Infinity)) sheet.restore(entry);
if (left) flush().then((done) => { if (done && data.layout === "check") location.reload(); });
if (data.layout === "one") sheet.loadAll(`${data.show}?all=1`, () => { for (const entry of queue.first(Infinity)) sheet.restore(entry); });
