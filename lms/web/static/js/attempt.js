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
queue.after(Number(data.known));
const ALL = 1000; // what the server takes at once
let sending = null;
let ended = false;
let known = Number(data.known); // the newest answer that this page has seen
let away = Number(localStorage?.getItem(`${data.uid}-away`) ?? 0), told = away; // how often this page was left
let typing = null; // words that are being written, not yet a change

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
  const counted = away;
  const answer = await fetch(data.save, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ answers: entries, known, ...(away > told ? { away } : {}) }),
  });
  if (answer.ok) {
    const now = await answer.json();
    queue.drop(entries);
    clock.set(now.elapsed, now.seconds_left);
    known = now.known;
    told = counted;
    queue.after(known);
    if (now.newer.length) await tell(now.newer);
    return;
  }
  if (answer.status >= 500) throw new Error(String(answer.status));
  const code = (await answer.json().catch(() => ({}))).error?.code;
  if (code === "attempt_over" || code === "attempt_submitted") {
    ended = true;
    const late = queue.length;
    queue.clear();
    location.replace(late ? `${data.result}?late=${late}` : data.result);
  } else if (code === "attempt_paused") {
    ended = true; // what waits stays on this device and is sent when the room goes on
    location.replace(data.paused);
  } else if (answer.status === 401 || code === "csrf") {
    ended = true;
    say("waiting", data.wordLogin); // what waits stays on this device and is sent after the next login
  } else if (code && [400, 409, 422].includes(answer.status)) {
    queue.drop(entries); // the server will never take these; the page shows what it has
    location.reload();
  } else {
    throw new Error(String(answer.status)); // not our server's word, e.g. a hall's portal: they wait
  }
}

// This page is the older one: elsewhere other answers were given since. They are shown, and it says so.
async function tell(items) {
  if (!(await sheet.renew(`${data.show}?all=1`, items))) return;
  for (const entry of queue.first(ALL)) sheet.restore(entry);
  const place = document.getElementById("quiz-told");
  if (!place) return;
  place.textContent = data.wordNewer.replace("{items}", items.join(data.comma));
  place.hidden = false;
}

// Sends what waits. Only one round runs at a time; resolves to whether nothing waits any more.
function flush() {
  sending ??= (async () => {
    await null; // a round with nothing to send must not end before it stands in `sending`, or none would follow it
    try {
      while (!queue.empty && !ended) {
        showState();
        await post(queue.take(ALL));
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
  if (typing?.item === item) forget();
  queue.add({ item: Number(item), ...sheet.given(item) });
  sheet.mark(item);
  flush();
}

function forget() {
  clearTimeout(typing?.timer);
  typing = null;
}
// Words are saved when the hand rests; never while an input method still composes them: that is not what is meant.
function written(event) {
  if (!event.target.matches("textarea, input[type=text]")) return;
  const item = event.target.closest("fieldset.question")?.dataset.item;
  if (typing && typing.item !== item) settle();
  forget();
  if (event.isComposing) return;
  typing = { item, event, timer: setTimeout(() => changed(event), 800) };
}
form.addEventListener("change", changed);
form.addEventListener("input", written);
form.addEventListener("compositionstart", settle);
form.addEventListener("compositionend", written);
// The page goes into the background, perhaps for ever: what was written a moment ago is kept first.
function settle() {
  if (typing) changed(typing.event);
}
addEventListener("pagehide", settle);
function leave() {
  settle();
  away += 1;
  try { localStorage.setItem(`${data.uid}-away`, away); } catch { /* counted while the page lives */ }
}

form.addEventListener("submit", async (event) => {
  settle();
  const go = event.submitter?.value ?? "check";
  event.preventDefault();
  if (sheet.go(go)) return;
  if (await flush()) location.assign(go === "check" ? data.check : `${data.show}?q=${go}`);
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
document.addEventListener("visibilitychange", () => {
  if (document.hidden) leave();
  else if (!ended) sync();
});

clock.every((words, low) => {
  const timer = document.getElementById("quiz-timer");
  if (!timer) return;
  timer.toggleAttribute("data-low", low);
  timer.lastElementChild.textContent = words;
}, data, timeIsUp);

// What an earlier visit could not send comes first; then the page shows it.
const left = !queue.empty;
for (const entry of queue.first(ALL)) sheet.restore(entry);
if (left) flush().then((done) => { if (done && data.layout === "check") location.reload(); });
if (data.layout === "one") sheet.loadAll(`${data.show}?all=1`, () => { for (const entry of queue.first(ALL)) sheet.restore(entry); });
