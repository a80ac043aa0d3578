/** Leave out of the lock file what is not needed to fetch what it locks: who asks for money, and where. */
import { readFileSync, writeFileSync } from "node:fs";

const file = new URL("package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(file, "utf-8"));
for (const locked of Object.values(lock.packages)) delete locked.funding;
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
