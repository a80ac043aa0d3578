/** Letters as somebody who looks for a name types them: keyboards of the region write one letter in several ways. */

/** What is put in the place of each of several letters: forms of yeh, of kaf, of heh, and those that Pashto writes its own way. */
const ALIKE = [
  ["ی", "يىېۍےئ"],
  ["ک", "كڪ"],
  ["گ", "ګ"],
  ["ه", "ہھۀۂةە"],
  ["ن", "ںڼ"],
  ["ٹ", "ټ"],
  ["ڈ", "ډ"],
  ["ڑ", "ړ"],
];
const SAME = Object.fromEntries(ALIKE.flatMap(([one, others]) => Array.from(others, (other) => [other, one])));

// Marks above and below, joiners, spaces and hyphens.
const BETWEEN = /[\u0300-\u036f\u064b-\u065f\u0670\u200b-\u200f\u2066-\u2069\s.'’-]/g;

/**
 * The text without what tells apart nothing that is searched for.
 * @param {string} text
 */
export function folded(text) {
  const plain = text.normalize("NFKD").replace(BETWEEN, "").toLowerCase();
  return Array.from(plain, (letter) => SAME[letter] || letter).join("");
}
