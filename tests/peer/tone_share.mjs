/** The power of `hertz` in `window` of samples, as a share of the window's whole power: 0 to about 1 (Goertzel's filter). */
export function share_of(window, hertz, rate) {
  const turn = 2 * Math.cos((2 * Math.PI * hertz) / rate);
  let [before, last, power] = [0, 0, 0];
  for (const sample of window) {
    [before, last] = [last, sample + turn * last - before];
    power += sample * sample;
  }
  if (power / window.length < kSilence) return 0;
  return (2 * (before * before + last * last - turn * before * last)) / (window.length * power);
}
const kSilence = 100 * 100; // mean square below which a window has nothing to measure

/** From which share on a tone is heard: a lone one has 1, one of three equal ones a third. */
export const kHeard = 0.1;
