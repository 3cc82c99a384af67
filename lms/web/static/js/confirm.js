// <button data-confirm="将作废 3 张证书。"> asks before its form is sent. The words of the two buttons come from
// data-confirm-yes and data-confirm-no on the button, else the button's own label and the frame's data-word-no.
let dialog;

function build() {
  dialog = document.createElement("dialog");
  dialog.className = "confirm";
  dialog.innerHTML = '<form method="dialog"><p class="confirm-text" id="confirm-text"></p><div class="submit-bar">' +
    '<button class="btn" value="yes"></button><button class="btn btn-quiet" value="no" autofocus></button></div></form>';
  dialog.setAttribute("aria-labelledby", "confirm-text");
  (document.querySelector(".lms") ?? document.body).append(dialog);
}

// True when the sending was held back to ask; it is sent again after "yes".
export function askFirst(event) {
  const button = event.submitter;
  const text = button?.dataset.confirm ?? event.target.dataset?.confirm;
  if (!text || event.target.dataset.confirmed || event.defaultPrevented) return false;
  event.preventDefault();
  if (!dialog) build();
  const [yes, no] = dialog.querySelectorAll("button");
  dialog.querySelector("p").textContent = text;
  yes.className = "btn btn-primary";
  yes.textContent = button?.dataset.confirmYes ?? (button?.textContent.trim() || "OK");
  no.textContent = button?.dataset.confirmNo ?? (document.querySelector("[data-word-no]")?.dataset.wordNo ?? "×");
  const form = event.target;
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return button?.focus();
    form.dataset.confirmed = "1";
    form.requestSubmit(button ?? undefined);
    delete form.dataset.confirmed;
  };
  dialog.returnValue = "";
  dialog.showModal();
  return true;
}
