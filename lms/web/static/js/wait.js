// A page that waits for its hour goes on by itself; a phone that slept meanwhile goes on when it wakes.
const place = document.querySelector("[data-wait]");
const at = Date.now() + Number(place.dataset.wait) * 1000 + 300;
const look = setInterval(() => {
  if (Date.now() < at) return;
  clearInterval(look);
  location.replace(place.dataset.next);
}, 500);
