// Keeps the pages of one session's head-count, and what they are made of, for a phone without network. Served from the
// session's own address, which is as far as it reaches; what it kept is shown for a day and dropped when a login ends.
const STORE = `lms-head-count ${self.registration.scope}`;
const LASTS = 24 * 3600 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const ours = (event.data?.keep ?? []).filter((address) => new URL(address).origin === self.location.origin);
  event.waitUntil(caches.open(STORE).then((store) => Promise.all(ours.map((address) => keep(store, new Request(address))))));
});

async function keep(store, request) {
  const answer = await fetch(request);
  if (answer.ok && !answer.redirected) await store.put(request, answer.clone());
  return answer;
}

async function page(request) {
  const store = await caches.open(STORE);
  let answer;
  try {
    answer = await fetch(request);
  } catch (error) {
    const kept = await store.match(request.url);
    if (kept && Date.now() - Date.parse(kept.headers.get("date")) < LASTS) return kept;
    throw error;
  }
  if (answer.ok && !answer.redirected) await store.put(request.url, answer.clone());
  else if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 403) await caches.delete(STORE);
  return answer;
}

async function file(request) {
  const store = await caches.open(STORE);
  return (await store.match(request)) ?? keep(store, request);
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (address.pathname.includes("/static/")) event.respondWith(file(request));
});
