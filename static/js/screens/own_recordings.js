/** Recordings on the home screen: how many are here, and two taps to fetch or remove them. */

import { recount } from "../contact.js";
import { phone } from "../core/state.js";
import { _ } from "../core/words.js";
import { button, h, paragraph } from "../device/page.js";
import { askForRecordings, removeRecordings } from "../recordings.js";

/** What the recordings of the questionnaire are, where it has any. */
export function ownRecordings() {
  const { recordings } = phone;
  if (!recordings || !recordings.wanted) return null;
  const { names, wanted, bytes } = recordings;
  const holes = { here: names.length, all: wanted, size: Math.ceil(bytes / 1000) };
  const missing = names.length < wanted;
  return h(
    "details",
    { class: "look" },
    h("summary", {}, _("Recordings: {here} of {all}", holes)),
    paragraph(_("Their size is {size} kilobytes. They come by themselves where the network is good, and play without one.", holes)),
    h(
      "div",
      { class: "actions" },
      missing && button(_("Fetch the recordings"), () => askForRecordings().then(recount), { class: "secondary" }),
      names.length > 0 && button(_("Remove the recordings"), () => removeRecordings().then(recount), { class: "secondary" }),
    ),
  );
}
