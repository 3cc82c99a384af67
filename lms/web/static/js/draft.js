// Keeps what somebody writes: on the server two seconds after the last key, and on this phone while there is no network.
const form = document.getElementById("work");
const text = form.elements.text;
const state = document.getElementById("saved");
const token = form.elements.csrf_token.value;
const key = `draft:${form.action}`;
let sent = text.value;
let timer = 0;
let stopped = false;

function keepHere(value) {
  try {
    if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, value);
  } catch {
    // a private window keeps nothing
  }
}

function left() {
  try { return localStorage.getItem(key); } catch { return null; }
}

async function save(last = false) {
  const value = text.value;
  if (stopped || value === sent) return;
  keepHere(value);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      keepalive: last,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ text: value, version: Number(form.elements.version.value) }),
    });
    if (answer.status === 409) {
      stopped = true;
      state.textContent = form.dataset.elsewhere;
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    form.elements.version.value = (await answer.json()).version;
    sent = value;
    if (text.value === value) keepHere(null);
    const now = new Date();
    state.textContent = `${form.dataset.saved} ${String(now.getHours()).padStart(2, "0")}:${String(now.getMinutes()).padStart(2, "0")}`;
  } catch {
    state.textContent = form.dataset.offline;
    timer = setTimeout(save, 10000);
  }
}

const kept = left();
if (kept !== null && kept !== text.value && kept.length > text.value.length) {
  text.value = kept;
  save();
}
text.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(save, 2000);
});
form.addEventListener("submit", () => {
  stopped = true;
  clearTimeout(timer);
  keepHere(text.value);
});
addEventListener("pageshow", () => { stopped = false; });
document.addEventListener("visibilitychange", () => { if (document.hidden) save(true); });
