import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { AuditTrail } from "@crm/core/storage/stream/audit-trail.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { operations } from "@crm/functions/api/index.ts";
import { inputSchema, type Operation } from "@crm/functions/http/operation.ts";
import { DEAD_LETTER_PREFIX, streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { startTestApp } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { isExhaustive, selectSample } from "../../support/sample.ts";
import { operationKind } from "../registry/operation-sample.ts";
import { type Input, inputFor, makeWorld, sendAs, type World } from "../registry/world.ts";
import { buildLargest, type Letter, letters, shrinkInput } from "./largest-input.ts";

/**
 * The stream can derive everything that the API accepts: records as large as their schemas allow, with characters of one to four bytes,
 * for every kind that an operation writes. What could not be derived is rejected with the name of its field.
 * CRM_LIMITS=1 tries each operation with each alphabet instead of a random one.
 */
const isLong = process.env.CRM_LIMITS !== undefined;

const random = createTestRandom("derivable");
const errors: string[] = [];
let app: App;
let world: World;
/** Parks some records on their first delivery, as the consumer does with a record that it cannot derive. */
let isParking = false;
let parkedCount = 0;

beforeAll(async () => {
  const write = (level: string, message: string, fields?: object) =>
    level === "error" && errors.push(`${message} ${JSON.stringify(fields)}`.slice(0, 2000));
  app = await startTestApp({
    log: { write },
    stream: (ports) => {
      const handler = streamHandler(ports, DEAD_LETTER_PREFIX);
      const park = async (record: DynamoDBRecord): Promise<boolean> => {
        if (!isParking || random() > 0.2) return false;
        const key = `${DEAD_LETTER_PREFIX}${String(++parkedCount).padStart(24, "0")}.json`;
        await ports.files.put(key, Buffer.from(JSON.stringify({ payload: { Records: [record] } })));
        return true;
      };
      return async ({ Records }) => {
        const remainingRecords: DynamoDBRecord[] = [];
        for (const record of Records) if (!(await park(record))) remainingRecords.push(record);
        return handler({ Records: remainingRecords });
      };
    },
  });
  world = await makeWorld(app, "MARKED");
});
afterAll(() => app.stop());

const writeOperations = operations.filter(
  ({ name, method, access }) =>
    /^(POST|PUT|PATCH)$/.test(method) && access !== "public" && /^(create|update|replace|add|log[A-Z])/.test(name),
);
/** Records of a kind reach the stream in the same form, whichever operation writes them. */
const sampledWrites = selectSample(writeOperations, { name: ({ name }) => name, kind: operationKind });

interface Rejection {
  status: number;
  fields: string[];
  body: string;
}

/** Sends an input, smaller each time, until it is accepted. Each rejection must name a field. */
async function sendLargest(operation: Operation, plain: Input, letter: Letter): Promise<Input> {
  let input = buildLargest(inputSchema(operation), plain, { letter, random, seeds: world.seeds }) as Input;
  for (let times = 1; ; times++) {
    const answer = await sendAs(app, world.tenant.token, operation, input);
    if (answer.status < 300) return input;
    const { status, fields, body }: Rejection = { status: answer.status, body: answer.body.slice(0, 500), fields: [] };
    if (status === 400) {
      const { error } = JSON.parse(answer.body) as { error: { details: { field: string }[] } };
      fields.push(...error.details.map(({ field }) => field));
    }
    if (fields.length === 0 || times > 40) throw new Error(`${operation.name} in ${letter}: ${status} ${body}`);
    input = shrinkInput(input, plain, fields, times);
  }
}

describe("each accepted write", () => {
  it.each(sampledWrites.map((operation) => [operation.name, operation] as const))("%s", async (_, operation) => {
    const sampledLetters = isLong ? letters : [letters[Math.floor(random() * letters.length)] as Letter];
    for (const letter of sampledLetters) {
      const plain = await inputFor(app, world, operation);
      await sendLargest(operation, plain, letter);
      // Writes again, so that the old image is as large as the new one.
      const otherLetter = letters[(letters.indexOf(letter) + 2) % letters.length] as Letter;
      if (plain.id !== undefined && operation.method !== "POST") await sendLargest(operation, plain, otherLetter);
    }
  });

  it("is projected at once, or after a redrive of dead letters; counters are exact and each version is published", async () => {
    isParking = true;
    await app.settle();
    isParking = false;
    expect(errors).toEqual([]);
    expect((await app.ports.files.list(DEAD_LETTER_PREFIX)).length).toBe(parkedCount);
    expect(parkedCount).toBeGreaterThan(isExhaustive ? 10 : 3);
    expect(await app.consumer.redrive()).toEqual({ redriven: parkedCount, failed: 0 });
    await app.settle();
    expect(errors).toEqual([]);
    const recountResult = await runIn(systemContext(app.ports, world.tenant.id, "test"), () => recount({ repair: false }));
    expect(recountResult).toMatchObject({ differences: [], busy: [] });
    const items = dumpItems(app, world.tenant.id);
    const auditItems = items.filter(({ __edb_e__ }) => __edb_e__ === "audit");
    const entries = runIn(systemContext(app.ports, world.tenant.id, "test"), () =>
      auditItems.map(({ sk, row }) => AuditTrail.fromRow({ key: String(sk), row })),
    );
    const audited = new Set(entries.map(({ record_id, record_version }) => `${record_id} ${record_version}`));
    const kinds = domains.flatMap((domain) => domain.kinds).filter(({ isDerived }) => !isDerived);
    const records = items.filter((item) => item.context !== undefined && kinds.some(({ name }) => name === item.__edb_e__));
    const unheard = records.flatMap(({ sk, version }) =>
      Array.from({ length: Number(version) }, (_, index) => `${sk} ${index + 1}`).filter((auditKey) => !audited.has(auditKey)),
    );
    expect(unheard).toEqual([]);
    expect(records.length).toBeGreaterThan(isExhaustive ? 100 : 50);
  });

  it("is exported with its lists", async () => {
    const exports = operations.filter(({ path }) => path.endsWith("/export"));
    for (const operation of selectSample(exports, { name: ({ name }) => name, kind: () => "export" })) {
      const answer = await sendAs(app, world.tenant.token, operation, await inputFor(app, world, operation));
      expect([operation.name, answer.status]).toEqual([operation.name, 202]);
    }
    await app.settle();
    const { data: exportJobs } = await world.tenant.admin.listExports({ limit: 100 });
    expect(exportJobs.filter(({ status }) => status !== "completed")).toEqual([]);
    expect(errors).toEqual([]);
  });
});
