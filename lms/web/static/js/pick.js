// Tick boxes of table rows: the box in the head marks all on this page, Shift marks a run, the bar counts.
for (const all of document.querySelectorAll("[data-pick-all]")) {
  const form = all.closest("form") ?? document;
  const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.pickAll)}"]`)];
  const count = form.querySelector("[data-pick-count]");
  const idle = count?.textContent;
  let last = null;
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked > 0 && ticked === boxes.length;
    all.indeterminate = ticked > 0 && ticked < boxes.length;
    if (count) count.textContent = ticked ? `${ticked} / ${boxes.length}` : idle;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; show(); });
  for (const box of boxes) {
    box.addEventListener("click", (event) => {
      const from = boxes.indexOf(last), to = boxes.indexOf(box);
      if (event.shiftKey && from >= 0) for (const b of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) b.checked = box.checked;
      last = box;
      show();
    });
  }
  show();
}
