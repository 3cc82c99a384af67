// The server's clock, carried on between its answers: how long the attempt has run and how long is left.
export class Clock {
  constructor(elapsed, seconds) {
    this.set(elapsed, seconds);
  }

  set(elapsed, seconds) {
    this.at = performance.now();
    this.began = elapsed;
    this.seconds = seconds;
  }

  elapsed() {
    return this.began + performance.now() - this.at;
  }

  left() {
    return this.seconds === null ? Infinity : Math.max(0, this.seconds - (performance.now() - this.at) / 1000);
  }

  words(data) {
    const left = Math.ceil(this.left()), minutes = Math.ceil(left / 60);
    if (minutes >= 60) return data.wordHours.replace("{h}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
    return left > 60 ? data.wordMinutes.replace("{n}", minutes) : data.wordSeconds.replace("{n}", left);
  }

  // Shows the time each second and says once when there is none left.
  every(show, data, over) {
    if (this.seconds === null) return;
    let told = false;
    const tick = () => {
      show(this.words(data), this.left() < 300);
      if (this.left() > 0) told = false;
      else if (!told) { told = true; over(); }
    };
    tick();
    setInterval(tick, 1000);
  }
}
