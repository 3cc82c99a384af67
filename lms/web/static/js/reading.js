// Tells the server how far the page was read: every 20 seconds while it is looked at, and when it is left.
const text = document.getElementById("text");
const token = document.querySelector('input[name="csrf_token"]').value;
let furthest = Number(text.dataset.read);
let sent = furthest;
let done = text.dataset.done === "1";

function place() {
  const box = text.getBoundingClientRect();
  const read = Math.round(((window.innerHeight - box.top) / box.height) * 1000);
  furthest = Math.max(furthest, Math.min(Math.max(read, 0), 1000));
}

async function tell(last = false) {
  place();
  if (done || (document.hidden && !last)) return;
  try {
    const answer = await fetch(text.dataset.source, {
      method: "POST",
      keepalive: last,
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
      body: JSON.stringify({ opened: text.dataset.opened, read_to: furthest }),
    });
    if (!answer.ok) return;
    const now = await answer.json();
    sent = now.read_to;
    done = now.completed;
  } catch {
    // no network: the next report carries the same
  }
}

document.addEventListener("scroll", place, { passive: true });
document.addEventListener("visibilitychange", () => { if (document.hidden && furthest > sent) tell(true); });
setInterval(tell, 20000);

if (sent > 50 && sent < 950 && !location.hash) {
  const box = text.getBoundingClientRect();
  const top = window.scrollY + box.top + (box.height * sent) / 1000 - window.innerHeight;
  const link = document.createElement("button");
  link.type = "button";
  link.className = "btn btn-quiet";
  link.textContent = text.dataset.resume;
  link.addEventListener("click", () => { window.scrollTo({ top, behavior: "auto" }); link.remove(); });
  text.before(link);
}
