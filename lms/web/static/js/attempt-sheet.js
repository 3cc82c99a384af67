// The questions on the page: what is given in each, which one is shown, and the map of them.
export class Sheet {
  constructor(form) {
    this.form = form;
    this.data = form.dataset;
    this.place = document.getElementById("question-place");
    this.sets = new Map();
    for (const set of form.querySelectorAll("fieldset.question")) this.sets.set(set.dataset.item, set);
  }

  boxes(item) {
    return [...(this.sets.get(String(item))?.querySelectorAll(`[name="a-${item}"], [name^="a-${item}."]`) ?? [])];
  }

  // What a box stands for in an answer: its value, with the part of the question before it where the question has parts.
  part(box, item) {
    return box.name === `a-${item}` ? "" : `${box.name.slice(`a-${item}.`.length)}=`;
  }

  flag(item) {
    return this.sets.get(String(item))?.querySelector(`[name="flag-${item}"]`);
  }

  given(item) {
    const given = this.boxes(item).filter((box) => !["radio", "checkbox"].includes(box.type) || box.checked)
      .map((box) => this.part(box, item) + box.value);
    return { given, flag: Boolean(this.flag(item)?.checked) };
  }

  // Puts an answer that waits on this device back onto the page, unless the page shows one that was given later.
  restore({ sequence, item, given, flag }) {
    if (sequence < Number(this.sets.get(String(item))?.dataset.sequence ?? 0)) return;
    const texts = [...given];
    for (const box of this.boxes(item)) {
      const part = this.part(box, item);
      if (["radio", "checkbox"].includes(box.type)) {
        box.checked = given.includes(part + box.value);
      } else {
        const place = texts.findIndex((text) => text.startsWith(part));
        box.value = place < 0 ? "" : texts.splice(place, 1)[0].slice(part.length);
      }
    }
    if (this.flag(item)) this.flag(item).checked = flag;
    if (this.sets.has(String(item))) this.mark(item);
  }

  answered(item) {
    const boxes = this.boxes(item);
    return boxes.some((box) => (["radio", "checkbox"].includes(box.type) ? box.checked : box.value.trim() !== ""));
  }

  // Shows on the map whether the question is answered and flagged.
  mark(item) {
    const answered = this.answered(item), { flag } = this.given(item);
    const button = document.querySelector(`#question-map button[value="${item}"]`);
    button?.classList.toggle("answered", answered);
    button?.classList.toggle("flagged", flag);
    const words = button?.querySelector(".vh");
    if (words) words.textContent = [answered ? this.data.wordAnswered : this.data.wordUnanswered, flag ? this.data.wordFlagged : ""].join(" ");
    if (this.data.layout === "all") this.count();
  }

  count() {
    const done = [...this.sets.keys()].filter((item) => this.answered(item)).length;
    document.getElementById("quiz-place").textContent = this.data.wordDone.replace("{done}", done).replace("{count}", this.data.count);
  }

  // All questions at once, so that going on needs no network. The ones on the page stay as they are.
  async loadAll(address, then) {
    try {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const set of page.querySelectorAll("fieldset.question")) {
        if (!this.sets.has(set.dataset.item)) this.sets.set(set.dataset.item, document.adoptNode(set));
      }
      then();
    } catch { /* going to another question then asks the server */ }
  }

  // Shows the answers that were given elsewhere since; false if they could not be fetched.
  async renew(address, items) {
    try {
      const answer = await fetch(address);
      if (!answer.ok || answer.redirected) return false;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      for (const item of items.map(String)) {
        const fresh = page.querySelector(`fieldset.question[data-item="${item}"]`), old = this.sets.get(item);
        if (!fresh) continue;
        this.sets.set(item, document.adoptNode(fresh));
        if (old?.isConnected) old.replaceWith(fresh);
        this.mark(item);
      }
      return true;
    } catch {
      return false;
    }
  }

  // Shows another question without leaving the page; false if that is not possible here.
  go(number, remember = true) {
    const set = this.sets.get(number);
    if (this.data.layout !== "one" || !set) return false;
    this.place.replaceChildren(set);
    const count = Number(this.data.count), n = Number(number);
    document.getElementById("quiz-place").textContent = this.data.wordPlace.replace("{n}", n).replace("{count}", count);
    document.querySelector("#question-map [aria-current]")?.removeAttribute("aria-current");
    document.querySelector(`#question-map button[value="${n}"]`)?.setAttribute("aria-current", "true");
    const [back, on] = ["go-back", "go-on"].map((id) => document.getElementById(id));
    back.value = n - 1;
    back.disabled = n === 1;
    on.value = n < count ? n + 1 : "check";
    on.textContent = n < count ? this.data.wordNext : this.data.wordLast;
    if (remember) history.pushState(null, "", `?q=${n}`);
    scrollTo(0, 0);
    set.focus({ preventScroll: true });
    return true;
  }
}
