/** One page at a time: two tabs would write over each other. */

/** Turns of waiting for another page to let go of the app. */
const PATIENCE = 5;

/** Hold the app's one lock for as long as this page lives; false when another tab has it. */
export async function alone() {
  if (!navigator.locks) return true;
  for (let turn = 0; turn < PATIENCE; turn += 1) {
    if (await held()) return true;
    // After a reload the page that was here may need a moment to let go.
    await new Promise((done) => setTimeout(done, 300));
  }
  return false;
}

function held() {
  return new Promise((resolve) => {
    navigator.locks.request("notes", { ifAvailable: true }, (lock) => {
      resolve(!!lock);
      return lock ? new Promise(() => {}) : undefined;
    });
  });
}
