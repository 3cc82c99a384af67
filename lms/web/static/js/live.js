// A part of the page that keeps itself fresh: <div id="room" data-live> is fetched again every five seconds.
const EVERY = 5000;

async function refresh() {
  const place = document.querySelector("[data-live]");
  try {
    if (!document.hidden) {
      const answer = await fetch(location.href);
      const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
      const fresh = page?.getElementById(place.id);
      if (fresh && !place.contains(document.activeElement)) place.replaceWith(document.adoptNode(fresh));
    }
  } catch {
    // the next round tries again; what is shown carries its time
  }
  setTimeout(refresh, EVERY);
}
setTimeout(refresh, EVERY);
