// Resumes where the person stopped on any device, and tells the server every 15 seconds what was played.
// The server believes no more than its own clock allows; one player of a person earns credit at a time.
const box = document.getElementById("player");
const media = box.querySelector("video, audio");
const said = box.querySelector(".player-said");
const bar = box.querySelector(".progress progress");
const figure = box.querySelector(".progress-figure");
const token = box.querySelector('input[name="csrf_token"]').value;
const { player } = box.dataset;
const FASTEST = 2;
const EVERY = 15000;

let spans = [];           // played and not yet told, in 1/1000 s
let open = null;          // the stretch that is playing
let reached = Number(box.dataset.reached);
let noSkip = box.dataset.noSkip === "1";
let mine = false;         // this player has taken over
let telling = false;

const now = () => Math.round(media.currentTime * 1000);

media.addEventListener("loadedmetadata", () => {
  const at = Number(box.dataset.position) / 1000;
  if (at > 1 && at < media.duration - 3) media.currentTime = at;
}, { once: true });

media.addEventListener("play", async () => {
  open = null;
  if (mine) return;
  try {
    const told = await post(box.dataset.play, { player });
    mine = true;
    reached = Math.max(reached, told.reached);
    said.textContent = "";
  } catch { said.textContent = box.dataset.wordOffline; }
});

media.addEventListener("timeupdate", () => {
  const at = now();
  if (media.paused || media.seeking) return;
  if (open && at >= open[1] && at - open[1] < 2500) open[1] = at;
  else { close(); open = [at, at]; }
  if (at <= reached + 2500) reached = Math.max(reached, at);
});
media.addEventListener("seeking", () => {
  close();
  if (!noSkip || now() <= reached + 1500) return;
  media.currentTime = reached / 1000;
  said.textContent = box.dataset.wordSkip;
});
media.addEventListener("ratechange", () => { if (media.playbackRate > FASTEST) media.playbackRate = FASTEST; });
for (const name of ["pause", "ended"]) media.addEventListener(name, () => { close(); tell(); });
document.addEventListener("visibilitychange", () => { if (document.hidden) tell(true); });
addEventListener("pagehide", () => tell(true));
setInterval(() => { if (!media.paused) tell(); }, EVERY);

const speed = document.getElementById("player-speed");
for (const part of [speed, box.querySelector('label[for="player-speed"]')]) part.hidden = false;
speed.addEventListener("change", () => { media.defaultPlaybackRate = media.playbackRate = Number(speed.value); });

function close() {
  if (open && open[1] > open[0]) spans.push(open);
  open = null;
}

// Stretches that touch become one, so that a long time without network stays a short report.
function taken() {
  if (open && open[1] > open[0]) { spans.push(open); open = [open[1], open[1]]; }
  const out = [];
  for (const [a, b] of spans) {
    const last = out[out.length - 1];
    if (last && a >= last[1] && a - last[1] < 500) last[1] = b; else out.push([a, b]);
  }
  spans = [];
  return out.slice(0, 60);
}

async function tell(last = false) {
  if (!mine || telling) return;
  telling = true;
  const sending = taken();
  try {
    const told = await post(box.dataset.watched, { player, at: now(), spans: sending }, last);
    bar.value = told.share;
    figure.textContent = `${Math.floor(told.share / 10)}%`;
    reached = Math.max(reached, told.reached);
    if (told.done) noSkip = false;
    said.textContent = box.dataset.wordSaved;
  } catch (error) {
    if (error.status === undefined || error.status >= 500) {  // no network: told again with what follows
      spans = [...sending, ...spans];
      said.textContent = box.dataset.wordOffline;
    } else if (error.code === "other_player") {
      mine = false;
      media.pause();
      said.textContent = box.dataset.wordElsewhere;
    } else said.textContent = error.message;
  } finally { telling = false; }
}

async function post(address, body, keepalive = false) {
  const answer = await fetch(address, {
    method: "POST", keepalive, body: JSON.stringify(body),
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
  });
  if (answer.ok) return answer.json();
  const told = await answer.json().catch(() => ({}));
  throw Object.assign(new Error(told.error?.message || ""), { status: answer.status, code: told.error?.code });
}
