// Edits records with kinto.js in IndexedDB (fake-indexeddb, in memory), and sends them. Arguments: URL BUCKET COLLECTION NUMBER AUTHORIZATION.
// Says "read" when it holds the collection, and waits for a line on its input before it sends, so that the bytes of both can be told apart.
import "fake-indexeddb/auto";
import { createRequire } from "node:module";
import { createInterface } from "node:readline/promises";
const Kinto = createRequire(import.meta.url)("kinto").default;

const [remote, bucket, name, number, authorization] = process.argv.slice(2);
// The ids of a catalogue are words, not UUIDs.
const idSchema = { generate: () => crypto.randomUUID(), validate: (id) => /^[a-zA-Z0-9][a-zA-Z0-9_-]*$/.test(id) };
const kinto = new Kinto({ remote, bucket, timeout: 600000, headers: { Authorization: authorization } });
const collection = kinto.collection(name, { idSchema });
const read = await collection.sync();
if (!read.ok) throw new Error(JSON.stringify(read.errors.slice(0, 3)));
const records = (await collection.list({ order: "id" })).data.slice(0, Number(number));
for (const record of records) await collection.update({ ...record, phone: `+47 ${performance.now()}` });
console.log("read");
const lines = createInterface({ input: process.stdin });
await lines[Symbol.asyncIterator]().next();
const began = performance.now();
const sent = await collection.sync();
if (!sent.ok) throw new Error(JSON.stringify(sent.errors.slice(0, 3)));
console.log(JSON.stringify({ seconds: (performance.now() - began) / 1000, records: sent.published.length }));
process.exit(0);
