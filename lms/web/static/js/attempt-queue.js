// Changes that the server does not have yet, kept on this device so that a killed tab loses none.
export class Queue {
  constructor(name, clock) {
    this.name = name;
    this.clock = clock;
    this.memory = { last: 0, entries: [] }; // stands in where the browser keeps nothing
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

  // Sequences are microseconds since the attempt began, so that answers of two devices stand in the order of giving.
  add(change) {
    const kept = this.read();
    const last = Math.max(kept.last, this.memory.last);
    const sequence = Math.max(last + 1, Math.floor(this.clock.elapsed()) * 1000 + Math.floor(Math.random() * 1000));
    this.write({ last: sequence, entries: [...kept.entries, { sequence, ...change }] });
  }

  first(count) {
    return this.read().entries.slice(0, count);
  }

  drop(sent) {
    const done = new Set(sent.map((entry) => entry.sequence));
    const kept = this.read();
    this.write({ last: Math.max(kept.last, this.memory.last), entries: kept.entries.filter((e) => !done.has(e.sequence)) });
  }

  clear() {
    this.write({ last: this.memory.last, entries: [] });
  }

  get empty() {
    return this.read().entries.length === 0;
  }
}
