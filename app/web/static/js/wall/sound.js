/** One beep for a new high flag. Off until a person switches it on (browsers ask for a gesture). */

const PITCH_HZ = 880;
const LENGTH_S = 0.25;
const LOUDNESS = 0.15;

export class Sound {
  on = false;
  /** @type {AudioContext | null} */
  #audio = null;

  toggle() {
    this.on = !this.on;
    if (this.on) {
      this.#audio ??= new AudioContext();
      this.#audio.resume();
      this.play();
    }
  }

  play() {
    if (!this.on || !this.#audio) return;
    const audio = this.#audio;
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    const start = audio.currentTime;
    tone.frequency.value = PITCH_HZ;
    gain.gain.setValueAtTime(LOUDNESS, start);
    gain.gain.exponentialRampToValueAtTime(0.001, start + LENGTH_S);
    tone.connect(gain).connect(audio.destination);
    tone.start(start);
    tone.stop(start + LENGTH_S);
  }
}
