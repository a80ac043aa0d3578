/** Copies the link of an invitation, or hands it to another app; each button is there only where the browser can do that. */

const link = /** @type {HTMLElement} */ (document.getElementById("link"));
const told = /** @type {HTMLElement} */ (document.getElementById("told"));

/**
 * @param {string} id
 * @param {boolean} able
 * @param {(text: string) => Promise<unknown>} act
 */
function offer(id, able, act) {
  const button = /** @type {HTMLButtonElement} */ (document.getElementById(id));
  button.hidden = !able;
  // Who closes the list of apps again has not failed.
  button.addEventListener("click", () => act(link.textContent || "").catch(() => {}));
}

offer("copy", "clipboard" in navigator, async (text) => {
  await navigator.clipboard.writeText(text);
  told.textContent = told.dataset.copied || "";
});
offer("share", "share" in navigator, (url) => navigator.share({ url }));
