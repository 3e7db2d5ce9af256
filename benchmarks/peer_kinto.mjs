// Reads collections with kinto.js into IndexedDB, which in Node is fake-indexeddb and in memory. Arguments: URL BUCKET COLLECTION…
import "fake-indexeddb/auto";
import { createRequire } from "node:module";
const Kinto = createRequire(import.meta.url)("kinto").default;

const [remote, bucket, ...names] = process.argv.slice(2);
// The ids of a catalogue are words, not UUIDs.
const idSchema = { generate: () => crypto.randomUUID(), validate: (id) => /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(id) };
const kinto = new Kinto({ remote, bucket, timeout: 600000 });
const began = performance.now();
let records = 0;
for (const name of names) {
  const result = await kinto.collection(name, { idSchema }).sync({ strategy: Kinto.syncStrategy.PULL_ONLY });
  if (!result.ok) throw new Error(JSON.stringify(result.errors.slice(0, 3)));
  records += result.created.length;
}
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, records }));
process.exit(0);
