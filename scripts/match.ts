import { readFileSync } from "node:fs";
import { startApp } from "@crm/local/app.ts";
import { loadPeople, qualityOf } from "../test/person/load.ts";
import type { Made } from "../test/person/people.ts";

/**
 * `npm run match -- <file.csv>`: how well duplicates are found among the persons of a file with the columns of febrl, whose
 * `rec_id` says who is whom: `rec-12-org` and each `rec-12-dup-3` are one. In memory, through the stream.
 */
const file = process.argv[2];
if (file === undefined) {
  console.error("npm run match -- <file.csv>");
  process.exit(2);
}

const [head = "", ...lines] = readFileSync(file, "utf8").trim().split(/\r?\n/);
const columns = head.split(",").map((name) => name.trim());
const rows = lines.map((line) => Object.fromEntries(line.split(",").map((value, at) => [columns[at] ?? "", value.trim()])));
const made = rows.map(
  (row): Made => ({
    human: Number(/\d+/.exec(row.rec_id ?? "")?.[0]),
    first_name: row.given_name ?? "",
    last_name: row.surname ?? "",
    number: row.street_number ?? "",
    street: row.address_1 ?? "",
    line2: row.address_2 ?? "",
    city: row.suburb ?? "",
    postal_code: row.postcode ?? "",
    birth_date: row.date_of_birth ?? "",
    document_number: row.soc_sec_id ?? "",
  }),
);

const TENANT = "ten_000000000000000001";
const app = await startApp({ data: "memory", logFrom: "error" });
try {
  const ids = await loadPeople(app.ports, TENANT, made);
  const started = performance.now();
  await app.consumer.settle();
  const seconds = (performance.now() - started) / 1000;
  const humans = new Map(ids.map((id, at) => [id, made[at]?.human ?? 0]));
  const { pairs, recall, precision } = qualityOf(app, TENANT, humans);
  console.log(`persons    ${made.length}`);
  console.log(`true pairs ${pairs}`);
  console.log(`recall     ${recall.toFixed(4)}`);
  console.log(`precision  ${precision.toFixed(4)}`);
  console.log(`stream     ${seconds.toFixed(1)} s`);
} finally {
  await app.stop();
}
