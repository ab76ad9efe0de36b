import { readFileSync } from "node:fs";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { extractFeatures } from "@crm/core/people/person/feature-extraction.rules.ts";
import { startApp } from "@crm/local/app.ts";
import {
  buildPersonRecord,
  compareAllPersons,
  loadPeople,
  measureCoverage,
  measureQuality,
} from "../test/people/person/match-quality.ts";
import { defaultSparseOptions, generateSparsePersons } from "../test/people/person/sparse-persons.ts";
import type { SyntheticPerson } from "../test/people/person/synthetic-persons.ts";

/**
 * `npm run match -- <file.csv>`: measures how well duplicates are found among the persons in a file with febrl's columns, whose `rec_id` identifies
 * the human: `rec-12-org` and each `rec-12-dup-3` are the same. `npm run match -- --sparse [seed] [humans]`: the same with generated persons that
 * have little data. In memory, through the stream.
 */
const [file, ...more] = process.argv.slice(2);
if (file === undefined) {
  console.error("npm run match -- <file.csv> | --sparse [seed] [humans]");
  process.exit(2);
}

const persons = file === "--sparse" ? makeSparsePersons(more.map(Number)) : readFebrlFile(file);

function makeSparsePersons([seed = 1, humans = 1000]: readonly number[]): SyntheticPerson[] {
  return generateSparsePersons({ ...defaultSparseOptions, humans, seed });
}

function readFebrlFile(path: string): SyntheticPerson[] {
  const [head = "", ...lines] = readFileSync(path, "utf8").trim().split(/\r?\n/);
  const columns = head.split(",").map((name) => name.trim());
  const rows = lines.map((line) =>
    Object.fromEntries(line.split(",").map((value, index) => [columns[index] ?? "", value.trim()])),
  );
  return rows.map((row) => ({
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
  }));
}

const TENANT = "ten_000000000000000001";
const app = await startApp({ data: "memory", logFrom: "error" });
try {
  const ids = await loadPeople(app.ports, TENANT, persons);
  const started = performance.now();
  await app.consumer.settle();
  const stream = measureQuality(app, TENANT, new Map(ids.map((id, index) => [id, persons[index]?.human ?? 0])));
  const { definition } = await runIn(systemContext(app.ports, TENANT, "match"), compareAllPersons);
  const seconds = (performance.now() - started) / 1000;
  const humans = new Map(ids.map((id, index) => [id, persons[index]?.human ?? 0]));
  const { pairs, recall, precision } = measureQuality(app, TENANT, humans);
  console.log(`persons    ${persons.length}`);
  console.log(`true pairs ${pairs}`);
  console.log(`recall     ${recall.toFixed(4)}`);
  console.log(`precision  ${precision.toFixed(4)}`);
  const { learnt, shift } = definition;
  console.log(
    `weights    ${learnt ? `learnt from ${learnt.sampled} of ${learnt.persons} persons, with ${learnt.matches} matches` : "the defaults"}, shift ${shift}`,
  );
  console.log(
    `at first   ${stream.recall.toFixed(4)} ${stream.precision.toFixed(4)}, before all were compared with the newest weights`,
  );
  const { coverage, comparisons } = measureCoverage(
    persons.map((person) => extractFeatures(buildPersonRecord(person))),
    persons.map(({ human }) => human),
  );
  console.log(`blocks     ${coverage.toFixed(4)} of true pairs, ${comparisons.toFixed(1)} comparisons per person`);
  console.log(`stream     ${seconds.toFixed(1)} s`);
} finally {
  await app.stop();
}
