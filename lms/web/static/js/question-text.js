// Shows pasted questions as they are read, while somebody types; without script a button of the form does the same.
const text = document.getElementById("text");
const place = document.getElementById("parsed");
let waiting, asked = 0;

async function show() {
  const round = ++asked;
  const body = new URLSearchParams({ text: text.value, csrf_token: text.form.elements.csrf_token.value });
  try {
    const answer = await fetch(place.dataset.parse, { method: "POST", body });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (round === asked) place.replaceChildren(...page.body.childNodes);
  } catch { /* without network the text stays; the button asks again */ }
}

text.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 400);
});
