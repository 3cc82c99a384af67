// Tells once that the page was looked at for five seconds, for the report on how material is used.
const box = document.getElementById("seen") || document.getElementById("package-box");
const address = box.dataset.seen;
const token = box.querySelector('input[name="csrf_token"]').value;
setTimeout(function tell() {
  if (document.hidden) return void document.addEventListener("visibilitychange", () => setTimeout(tell, 5000), { once: true });
  fetch(address, { method: "POST", headers: { Accept: "application/json", "X-CSRFToken": token } }).catch(() => {});
}, 5000);
