// The player of a call's page: an audio element with controls of its own, a waveform to jump in, and keys.
import { ask, keys, Refused } from "./app.js";
import { Waveform } from "./waveform.js";

const BUCKETS = 1200;
const STEP_SEC = 5;

export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

export class Player extends EventTarget {
  /** `onTime` events carry {detail: seconds of the recording}. */
  constructor(section) {
    super();
    this.section = section;
    this.at = (name) => section.querySelector(`[data-${name}]`);
    this.audio = this.at("audio");
    this.offset = Number(section.dataset.offset); // of the recording's start, in the call
    this.length = Number(section.dataset.length);
    this.wave = new Waveform(section.querySelector("canvas"));
    this.wanted = null; // where to begin once the recording is there
    this.controls();
    this.pointer();
    keys({
      " ": () => this.toggle(),
      ArrowLeft: () => this.jump(this.now - STEP_SEC),
      ArrowRight: () => this.jump(this.now + STEP_SEC),
      "<": () => this.faster(-1),
      ">": () => this.faster(1),
    });
  }

  get now() {
    return this.wanted ?? this.audio.currentTime;
  }

  get duration() {
    return Number.isFinite(this.audio.duration) && this.audio.duration > 0 ? this.audio.duration : this.length;
  }

  controls() {
    this.at("play").addEventListener("click", () => this.toggle());
    for (const button of this.section.querySelectorAll("[data-skip]")) {
      button.addEventListener("click", () => this.jump(this.now + Number(button.dataset.skip)));
    }
    const speed = this.at("speed");
    speed.addEventListener("change", () => { this.audio.playbackRate = Number(speed.value); });
    this.audio.addEventListener("loadedmetadata", () => {
      this.audio.playbackRate = Number(speed.value);
      if (this.wanted !== null) this.audio.currentTime = Math.min(this.wanted, this.duration);
      this.wanted = null;
      this.at("end").textContent = clock(this.duration);
      this.shown();
    });
    for (const kind of ["timeupdate", "seeked"]) this.audio.addEventListener(kind, () => this.shown());
    for (const kind of ["play", "pause", "ended"]) this.audio.addEventListener(kind, () => this.state());
    this.audio.addEventListener("error", () => this.failed());
  }

  pointer() {
    const wave = this.at("wave");
    const jump = (event) => {
      const box = wave.getBoundingClientRect();
      this.jump(((event.clientX - box.left) / box.width) * this.duration);
    };
    wave.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      wave.setPointerCapture(event.pointerId);
      jump(event);
    });
    wave.addEventListener("pointermove", (event) => { if (wave.hasPointerCapture(event.pointerId)) jump(event); });
    wave.addEventListener("keydown", (event) => {
      const to = { Home: 0, End: this.duration, PageUp: this.now - 15, PageDown: this.now + 15 }[event.key];
      if (to === undefined) return;
      event.preventDefault();
      this.jump(to);
    });
  }

  toggle() {
    if (this.audio.paused) this.play();
    else this.audio.pause();
  }

  async play() {
    this.at("player-error").hidden = true;
    if (this.audio.error) this.audio.load();
    try {
      await this.audio.play();
    } catch (error) {
      if (error.name !== "AbortError" && error.name !== "NotSupportedError") throw error;
    }
  }

  /** Go to a time of the recording (seconds); plays on if it plays. */
  jump(seconds) {
    const to = Math.min(Math.max(0, seconds), Math.max(0, this.duration - 0.05));
    if (this.audio.readyState >= 1) this.audio.currentTime = to;
    else this.wanted = to;
    this.shown();
  }

  playFrom(seconds) {
    this.jump(seconds);
    if (this.audio.paused) this.play();
  }

  faster(step) {
    const speed = this.at("speed");
    speed.selectedIndex = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + step));
    speed.dispatchEvent(new Event("change"));
  }

  shown() {
    const now = this.now, wave = this.at("wave");
    this.at("now").textContent = clock(now);
    wave.setAttribute("aria-valuenow", now.toFixed(1));
    wave.setAttribute("aria-valuetext", `${clock(now)} of ${clock(this.duration)}`);
    this.wave.moveTo(this.duration ? now / this.duration : 0);
    this.dispatchEvent(new CustomEvent("time", { detail: now }));
  }

  state() {
    const playing = !this.audio.paused;
    const button = this.at("play");
    button.setAttribute("aria-label", playing ? "Pause" : "Play");
    button.querySelector("use").setAttribute("href", playing ? "#i-pause" : "#i-play");
    if (playing) this.tick();
  }

  /** Between the audio's own events (four a second), so that playhead and transcript move smoothly. */
  tick() {
    if (this.audio.paused) return;
    this.shown();
    requestAnimationFrame(() => this.tick());
  }

  /** The audio element does not say why; the server does. */
  async failed() {
    const words = this.at("player-error");
    words.textContent = "The recording cannot be played.";
    words.hidden = false;
    try {
      await ask("GET", `/calls/${this.section.dataset.call}/peaks?buckets=100`);
    } catch (error) {
      if (error instanceof Refused) words.textContent = error.message;
    }
  }

  /** Draw the recording. marks: [{at: seconds, tone}]. */
  async load(marks) {
    const state = this.at("wave-state");
    try {
      const peaks = await ask("GET", `/calls/${this.section.dataset.call}/peaks?buckets=${BUCKETS}`);
      const length = this.duration || 1;
      this.wave.show(peaks, marks.map((mark) => ({ ...mark, at: mark.at / length })));
      state.textContent = "";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      state.textContent = error.message;
    }
  }
}
