// Draws the two sides of a recording on a canvas: AVA above the line, the caller below; what was played is stronger.

const WIDTH = 3; // of a bar and the space beside it, CSS pixels
const BAR = 2;

/** peaks: {ava: [0..127], caller: [...]}; marks: moments (0 to 1) to point at. */
export class Waveform {
  constructor(canvas) {
    this.canvas = canvas;
    this.peaks = null;
    this.marks = [];
    this.played = 0;
    new ResizeObserver(() => this.draw()).observe(canvas);
    document.addEventListener("themechange", () => this.draw());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  show(peaks, marks = []) {
    const loudest = Math.max(24, ...peaks.ava, ...peaks.caller);
    const scaled = (row) => row.map((peak) => Math.sqrt(peak / loudest)); // quiet speech is seen, too
    this.peaks = { ava: scaled(peaks.ava), caller: scaled(peaks.caller) };
    this.marks = marks;
    this.draw();
  }

  /** `share` of the recording (0 to 1) was played. */
  moveTo(share) {
    this.played = share;
    this.draw();
  }

  draw() {
    const { canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const width = canvas.clientWidth, height = canvas.clientHeight;
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    const pen = canvas.getContext("2d");
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    if (!this.peaks) return;
    const colours = this.colours();
    const middle = height / 2;
    this.marksAt(pen, width, height, colours);
    for (const [row, colour, up] of [[this.peaks.ava, colours.ava, true], [this.peaks.caller, colours.caller, false]]) {
      pen.fillStyle = colour;
      for (let x = 0; x < width; x += WIDTH) {
        const tall = Math.max(1, loudest(row, x / width, (x + WIDTH) / width) * (middle - 4));
        pen.globalAlpha = x / width <= this.played ? 1 : 0.42;
        pen.fillRect(x, up ? middle - tall : middle + 1, BAR, tall);
      }
    }
    pen.globalAlpha = 1;
    pen.fillStyle = colours.head;
    pen.fillRect(Math.min(width - 2, Math.max(0, this.played * width - 1)), 0, 2, height);
  }

  marksAt(pen, width, height, colours) {
    for (const { at, tone } of this.marks) {
      pen.fillStyle = tone === "harm" ? colours.harm : colours.mark;
      pen.globalAlpha = 0.9;
      const x = Math.round(at * width);
      pen.beginPath();
      pen.moveTo(x - 4, height);
      pen.lineTo(x + 4, height);
      pen.lineTo(x, height - 7);
      pen.fill();
    }
    pen.globalAlpha = 1;
  }

  /** As the theme has them: light-dark() is computed by the browser, so a colour is read off an element. */
  colours() {
    const read = (name) => {
      this.canvas.style.color = `var(${name})`;
      return getComputedStyle(this.canvas).color;
    };
    const found = { ava: read("--voice-ava"), caller: read("--voice-caller"), head: read("--ink"), harm: read("--harm"), mark: read("--line-strong") };
    this.canvas.style.color = "";
    return found;
  }
}

function loudest(row, from, to) {
  const first = Math.floor(from * row.length);
  const last = Math.max(first + 1, Math.floor(to * row.length));
  let most = 0;
  for (let at = first; at < last && at < row.length; at += 1) most = Math.max(most, row[at]);
  return most;
}
