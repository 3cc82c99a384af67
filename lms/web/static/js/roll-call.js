// One exception a person, and the button says what will be sent.
const form = document.getElementById("roll-call");
const send = document.getElementById("roll-call-send");

function show() {
  const rows = form.querySelectorAll(".tap-row");
  const counts = { present: rows.length, absent: 0, late: 0, leave: 0 };
  for (const box of form.querySelectorAll(".tap :checked")) {
    counts[box.name] += 1;
    counts.present -= 1;
  }
  send.textContent = form.dataset.words.replace(/\{(\w+)\}/g, (whole, name) => counts[name] ?? whole);
}

form?.addEventListener("change", (event) => {
  if (event.target.checked) {
    for (const box of event.target.closest(".tap-row").querySelectorAll("input:checked")) box.checked = box === event.target;
  }
  show();
});
if (form) {
  show();
  addEventListener("pageshow", show);
}
