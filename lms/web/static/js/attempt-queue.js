// Changes that the server does not have yet, kept on this device so that a killed tab loses none.
export class Queue {
  constructor(name, clock) {
    this.name = name;
    this.clock = clock;
    this.memory = { last: 0, entries: [] }; // stands in where the browser keeps nothing
    this.underway = new Set(); // sequences that are being sent
  }

  read() {
    try { return JSON.parse(localStorage.getItem(this.name)) ?? this.memory; } catch { return this.memory; }
  }

  write(kept) {
    this.memory = kept;
    try {
      if (kept.entries.length) localStorage.setItem(this.name, JSON.stringify(kept));
      else localStorage.removeItem(this.name);
    } catch { /* private window: the queue lives as long as the page */ }
  }

  // What this page has seen is older than whatever is answered on it from now on.
  after(sequence) {
    this.memory.last = Math.max(this.memory.last, sequence);
  }

  // Sequences are microseconds since the attempt began, so that answers of two devices stand in the order of giving.
  add(change) {
    const kept = this.read();
    const last = Math.max(kept.last, this.memory.last);
    const sequence = Math.max(last + 1, Math.floor(this.clock.elapsed()) * 1000 + Math.floor(Math.random() * 1000));
    // What waits for the network is one change a question: a long answer typed offline must not fill the phone.
    const others = kept.entries.filter((e) => e.item !== change.item || this.underway.has(e.sequence));
    this.write({ last: sequence, entries: [...others, { sequence, ...change }] });
  }

  first(count) {
    return this.read().entries.slice(0, count);
  }

  // All that waits, to be sent as one batch: of each question its last change, also where a batch on its way was lost.
  take(count) {
    const kept = this.read();
    const last = new Map(kept.entries.map((entry) => [entry.item, entry.sequence]));
    if (last.size < kept.entries.length) this.write({ ...kept, entries: kept.entries.filter((e) => last.get(e.item) === e.sequence) });
    const taken = this.first(count);
    this.underway = new Set(taken.map((entry) => entry.sequence));
    return taken;
  }

  drop(sent) {
    const done = new Set(sent.map((entry) => entry.sequence));
    const kept = this.read();
    this.write({ last: Math.max(kept.last, this.memory.last), entries: kept.entries.filter((e) => !done.has(e.sequence)) });
  }

  get length() {
    return this.read().entries.length;
  }

  clear() {
    this.write({ last: this.memory.last, entries: [] });
  }

  get empty() {
    return this.read().entries.length === 0;
  }
}
