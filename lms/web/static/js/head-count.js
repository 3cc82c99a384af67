// Taps of a head-count: kept on this device until the server has them, each with its own id and time.
const form = document.getElementById("head-count");
const data = form.dataset;
const token = form.elements.csrf_token.value;
const list = document.getElementById("head-count-list");
const state = document.getElementById("head-count-state");
const refusedBox = document.getElementById("head-count-refused");
const leaving = document.querySelector("#head-count-leave button");
const KEY = `lms-head-count-${data.person}-${data.session}-${data.list}-${data.direction}`;
const AT_ONCE = 200; // taps a batch
let memory = []; // stands in where the browser keeps nothing
let sending = null;
let shut = false; // nobody is logged in here any more

function read() {
  try { return JSON.parse(localStorage.getItem(KEY)) ?? memory; } catch { return memory; }
}

function write(taps) {
  memory = taps;
  try {
    if (taps.length) localStorage.setItem(KEY, JSON.stringify(taps));
    else localStorage.removeItem(KEY);
  } catch { /* private window: they live as long as the page */ }
}

// Without https there is no crypto.randomUUID; random bytes there are.
function newUid() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const boxes = () => [...list.querySelectorAll("input[name=aboard]")];
const boxOf = (person) => boxes().find((box) => box.value === person);

function show() {
  const waiting = read().length;
  const counted = boxes().filter((box) => box.checked).length;
  const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  state.children[0].textContent = fill(data.words, { counted, expected: data.expected });
  state.children[1].textContent = shut ? data.login : waiting ? fill(data.waiting, { n: waiting }) : data.done;
  state.dataset.state = waiting || shut ? "waiting" : "saved";
  if (leaving) leaving.disabled = waiting > 0;
}

function tap(box) {
  const entry = { uid: newUid(), person: box.value, at: new Date().toISOString() };
  if (box.checked) Object.assign(entry, { act: data.direction, extra: box.dataset.extra === "1" });
  else if (box.dataset.event) Object.assign(entry, { act: "undo", of: box.dataset.event });
  else return;
  if (box.checked) box.dataset.event = entry.uid;
  else delete box.dataset.event;
  write([...read(), entry]);
}

// A tap from an earlier visit to this page, put back onto it.
function restore(entry) {
  const box = boxOf(entry.person) ?? addRow(entry.person);
  if (!box) return;
  box.checked = entry.act !== "undo";
  if (box.checked) box.dataset.event = entry.uid;
  else delete box.dataset.event;
}

function addRow(person) {
  const choice = [...document.querySelectorAll("#extra option")].find((option) => option.value === person);
  if (!choice) return null;
  const row = document.getElementById("head-count-row").content.cloneNode(true).firstElementChild;
  const [name, ...unit] = choice.textContent.split(" ");
  row.querySelector("b").textContent = name;
  row.querySelector("small").textContent = unit.join(" ");
  row.querySelector(".vh").textContent = name;
  const box = row.querySelector("input");
  box.value = person;
  box.dataset.extra = "1";
  list.append(row);
  choice.remove();
  return box;
}

function refuse(uid, words, entries) {
  const line = document.createElement("p");
  line.textContent = words;
  refusedBox.append(line);
  const box = boxOf(entries.find((entry) => entry.uid === uid)?.person);
  if (box?.dataset.event === uid) {
    box.checked = false;
    delete box.dataset.event;
  }
}

async function post(entries) {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify({ sent_at: new Date().toISOString(), taps: entries }),
  });
  if (answer.status === 401 || answer.status === 403 || answer.redirected) {
    shut = true;
    return;
  }
  if (!answer.ok) throw new Error(answer.status);
  const { kept, refused } = await answer.json();
  const done = new Set([...kept, ...Object.keys(refused)]);
  write(read().filter((entry) => !done.has(entry.uid)));
  for (const [uid, words] of Object.entries(refused)) refuse(uid, words, entries);
}

// Sends what waits, one batch after the other; only one round at a time.
function flush() {
  sending ??= (async () => {
    await null; // a round with nothing to send must not end before it stands in `sending`
    try {
      while (read().length && !shut) await post(read().slice(0, AT_ONCE));
    } catch {
      setTimeout(flush, 5000);
    } finally {
      sending = null;
      show();
    }
  })();
  show();
}

form.addEventListener("change", (event) => {
  if (event.target.id === "extra") {
    const box = addRow(event.target.value);
    event.target.value = "";
    if (!box) return;
    box.checked = true;
    tap(box);
  } else if (event.target.name === "aboard") tap(event.target);
  flush();
});
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("head-count-save").hidden = true;
addEventListener("online", flush);
document.addEventListener("visibilitychange", () => { if (!document.hidden) flush(); });

for (const entry of read()) restore(entry);
flush();

// Where the browser allows it (https), this page can be opened again without network.
if (isSecureContext && "serviceWorker" in navigator) {
  navigator.serviceWorker.register(data.worker).then(() => navigator.serviceWorker.getRegistration()).then(async (registration) => {
    const worker = registration.active ?? await new Promise((ready) => {
      const coming = registration.installing ?? registration.waiting;
      coming.addEventListener("statechange", () => { if (coming.state === "activated") ready(coming); });
    });
    const files = performance.getEntriesByType("resource").map((entry) => entry.name).filter((name) => name.includes("/static/"));
    worker.postMessage({ keep: [location.href, ...files] });
  }).catch(() => { /* the open page counts on without it */ });
}
