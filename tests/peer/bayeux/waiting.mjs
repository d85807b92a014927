// Waiting for what must come true.

/** Looks at `condition` until it holds, and gives what it gave. Fails with `what` after so many seconds. */
export async function until(what, condition, seconds = 20) {
  const deadline = Date.now() + 1000 * seconds;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > deadline) throw new Error(`in ${seconds} s it did not come true: ${what}`);
    await new Promise((done) => setTimeout(done, 5));
  }
}
