// Sends the file of a form in pieces (tus 1.0) before the form itself, which then only names the upload. What arrived stays:
// after a broken network, a closed tab or a restarted server the same file goes on where it stopped.
const PIECE = 8 * 1024 * 1024;
const PATIENCE = [0, 1000, 2000, 4000, 8000, 15000, 30000];

for (const box of document.querySelectorAll("[data-upload]")) enhance(box);

function enhance(box) {
  const form = box.closest("form");
  const input = form.querySelector('input[type="file"]');
  const field = form.elements.upload;
  const said = box.querySelector('[role="status"]');
  let running = null;

  form.addEventListener("submit", async (event) => {
    if (field.value || !input.files.length || event.defaultPrevented) return;
    event.preventDefault();
    if (running) return;
    box.hidden = false;
    running = new AbortController();
    try {
      field.value = await send(input.files[0], box, form.elements.csrf_token.value, running.signal);
      said.textContent = box.dataset.wordChecking;
      input.disabled = true;  // its bytes are there already
      form.requestSubmit(event.submitter);
    } catch (error) {
      if (error.name !== "AbortError") said.textContent = error.told || box.dataset.wordFailed;
      delete form.dataset.sent;
      event.submitter?.removeAttribute("aria-busy");
    }
    running = null;
  }, true);
  box.querySelector("button").addEventListener("click", () => { running?.abort(); box.hidden = true; });
  addEventListener("pageshow", (event) => { if (event.persisted) { field.value = ""; input.disabled = false; box.hidden = true; } });
}

async function send(file, box, token, signal) {
  const base = box.dataset.upload;
  const headers = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token, Accept: "application/json" };
  const key = `lms-upload:${file.name}:${file.size}:${file.lastModified}`;
  const known = remembered(key);
  let place = known && await offsetOf(known, headers) !== null ? known : null;
  if (place) box.querySelector('[role="status"]').textContent = box.dataset.wordResumed;
  else place = await create(base, file, headers);
  remember(key, place);
  for (let tries = 0; ;) {
    try {
      let offset = await offsetOf(place, headers);
      if (offset === null) { forget(key); throw told(""); }
      while (offset < file.size) {
        show(box, offset, file.size, box.dataset.wordSending);
        offset = await piece(place, file.slice(offset, offset + PIECE), offset, headers, signal, (sent) => show(box, offset + sent, file.size));
        tries = 0;
      }
      show(box, file.size, file.size);
      forget(key);
      return place.split("/").pop();
    } catch (error) {
      if (error.told !== undefined || error.name === "AbortError" || ++tries >= PATIENCE.length) throw error;
      box.querySelector('[role="status"]').textContent = box.dataset.wordWaiting;
      await pause(PATIENCE[tries], signal);
    }
  }
}

async function create(base, file, headers) {
  const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
  const answer = await fetch(base, { method: "POST", headers: { ...headers, "Upload-Length": file.size, "Upload-Metadata": `filename ${name}` } });
  if (!answer.ok) throw told(await message(answer));
  return answer.headers.get("Location");
}

// How much is there; null: the server knows nothing of it any more.
async function offsetOf(place, headers) {
  const answer = await fetch(place, { method: "HEAD", headers });
  if (answer.status === 404 || answer.status === 410) return null;
  if (!answer.ok) throw new Error(answer.status);
  return Number(answer.headers.get("Upload-Offset"));
}

// XMLHttpRequest, because fetch does not tell how much has been sent.
function piece(place, blob, offset, headers, signal, progress) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", place);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.setRequestHeader("Content-Type", "application/offset+octet-stream");
    request.setRequestHeader("Upload-Offset", offset);
    request.upload.addEventListener("progress", (event) => progress(event.loaded));
    request.addEventListener("load", () => {
      if (request.status === 204) return resolve(Number(request.getResponseHeader("Upload-Offset")));
      // 409: another piece was first; 460: damaged on the way; 5xx: for the moment. All are tried again from what is there.
      if (request.status === 409 || request.status === 460 || request.status >= 500) return reject(new Error(request.status));
      let text = "";
      try { text = JSON.parse(request.responseText).error.message; } catch { /* no words */ }
      reject(told(text));
    });
    request.addEventListener("error", () => reject(new Error("network")));
    request.addEventListener("abort", () => reject(new DOMException("stopped", "AbortError")));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(blob);
  });
}

function show(box, done, size, word) {
  const share = size ? done / size : 1;
  const bar = box.querySelector("progress");
  bar.value = Math.round(share * 1000);
  bar.textContent = box.querySelector(".progress-figure").textContent = `${Math.floor(share * 100)}%`;
  if (word) box.querySelector('[role="status"]').textContent = word;
}

function pause(time, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, time);
    addEventListener("online", () => { clearTimeout(timer); resolve(); }, { once: true });
    signal.addEventListener("abort", () => { clearTimeout(timer); reject(new DOMException("stopped", "AbortError")); }, { once: true });
  });
}

async function message(answer) {
  try { return (await answer.json()).error.message; } catch { return ""; }
}

function told(text) {
  return Object.assign(new Error(text), { told: text });
}

function remembered(key) { try { return localStorage.getItem(key); } catch { return null; } }
function remember(key, place) { try { localStorage.setItem(key, place); } catch { /* private window: it goes on within this page */ } }
function forget(key) { try { localStorage.removeItem(key); } catch { /* likewise */ } }
