import { PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Ports } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { isRecordWrite, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { callOperation, fetchExport, putLeads, runSlice, startExport } from "./export-client.ts";

/** Workers that die or run concurrently. The stream delivers nothing, so the test runs each slice itself. */
let app: App;
let tenant: Tenant;
let ids: string[];

beforeAll(async () => {
  app = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
  tenant = await signUp(app);
  ids = await putLeads(app, tenant.id, 2500, () => ({}));
});
afterAll(() => app.stop());

/** Kinds of writes, in the order in which an export makes them. */
type WriteKind = "record" | "part" | "progress" | "file" | "delete";
/** Where a worker dies: at the n-th write of a kind, before, during or after it. */
type Death = [what: WriteKind, nth: number, when: "before" | "after" | "midway"];

class KilledError extends Error {}

/** Ports that make the worker die once. */
function createMortalPorts([writeKind, nth, when]: Death): Ports & { died: () => boolean } {
  const { objects, database } = app.ports;
  let remainingWrites = nth;
  let died = false;
  const runWrite = async <T>(kind: WriteKind, work: () => Promise<T>): Promise<T> => {
    const isTarget = kind === writeKind && --remainingWrites === 0;
    if (died || (isTarget && when === "before")) {
      died = true;
      throw new KilledError("Before");
    }
    const result = await work();
    if (isTarget) {
      died = true;
      throw new KilledError("After");
    }
    return result;
  };
  async function* cut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of body) {
      if (writeKind === "file" && when === "midway") {
        died = true;
        yield chunk.slice(0, 100);
        throw new KilledError("Midway");
      }
      yield chunk;
    }
  }
  return {
    ...app.ports,
    died: () => died,
    objects: {
      ...objects,
      write: (key, body) =>
        body instanceof Uint8Array
          ? runWrite("part", () => objects.write(key, body))
          : runWrite("file", () => objects.write(key, cut(body))),
      delete: (prefix) => runWrite("delete", () => objects.delete(prefix)),
    },
    database: {
      ...database,
      send(command, scope) {
        const work = () => database.send(command, scope);
        if (command instanceof PutCommand && command.input.Item?.sk === "progress") return runWrite("progress", work);
        return isRecordWrite(command) ? runWrite("record", work) : work();
      },
    },
  };
}

const readStatus = async (id: string): Promise<string> =>
  JSON.parse((await callOperation(app, tenant.token, "getExport", { id })).body).data.status;

describe.each(["csv", "xlsx"] as const)("an export to %s", (format) => {
  const input = { format, columns: ["id", "company", "lead_score"], query: { status: "new" } };
  let fullExport: { rows: string[][]; bytes: Buffer };

  beforeEach(async () => {
    if (fullExport) return;
    const id = await startExport(app, tenant.token, "exportLeads", input);
    await runSlice(app.ports, tenant.id, id);
    fullExport = await fetchExport(app, tenant.token, id);
    expect(fullExport.rows.map(([leadId]) => leadId)).toEqual(ids);
  });

  it("has the same file after a kill at each step", async () => {
    const id = await startExport(app, tenant.token, "exportLeads", input);
    const deaths: Death[] = [
      ["record", 1, "before"],
      ["record", 1, "after"],
      ["part", 1, "before"],
      ["part", 1, "after"],
      ["progress", 1, "before"],
      ["progress", 1, "after"],
      ["part", 2, "after"],
      ["progress", 1, "after"],
      ["file", 1, "before"],
      ["file", 1, "midway"],
      ["file", 1, "after"],
      ["progress", 1, "before"],
      ["progress", 1, "after"],
      ["record", 1, "before"],
    ];
    for (const death of deaths) {
      const ports = createMortalPorts(death);
      await expect(runSlice(ports, tenant.id, id), String(death)).rejects.toThrow();
      expect(ports.died(), String(death)).toBe(true);
      expect(await readStatus(id), String(death)).not.toBe("failed");
    }
    await runSlice(app.ports, tenant.id, id);
    const file = await fetchExport(app, tenant.token, id);
    expect(file).toMatchObject({ status: "completed", count: ids.length });
    expect(file.rows).toEqual(fullExport.rows);
    if (format === "csv") expect(file.bytes.equals(fullExport.bytes)).toBe(true);
  });

  it("has the same file if two workers write it at once, in any order", async () => {
    const id = await startExport(app, tenant.token, "exportLeads", input);
    // Both workers process the same part, and either may write it last.
    for (let round = 0; round < 4; round++) {
      const [firstHold, secondHold] = [holdWrites(""), holdWrites("")];
      const first = runSlice(firstHold.held, tenant.id, id, 0);
      await Promise.race([firstHold.waiting, first]);
      const second = runSlice(secondHold.held, tenant.id, id, 0);
      await Promise.race([secondHold.waiting, second]);
      const [leads, follows] = round % 2 ? [firstHold, secondHold] : [secondHold, firstHold];
      leads.go();
      await (leads === firstHold ? first : second);
      follows.go();
      await Promise.all([first, second]);
    }
    await Promise.all([1, 2, 3].map(() => runSlice(app.ports, tenant.id, id)));
    await runSlice(app.ports, tenant.id, id);
    const file = await fetchExport(app, tenant.token, id);
    expect(file).toMatchObject({ status: "completed", count: ids.length });
    expect(file.rows).toEqual(fullExport.rows);
  });
});

type ObjectWrite = Ports["objects"]["write"];

/** Ports whose writes of objects with `what` in the key wait for `go` and then call `held`; other writes continue. */
function holdWrites(keyPart: string, heldWrite: ObjectWrite = (key, body) => app.ports.objects.write(key, body)) {
  const { promise: gate, resolve: go } = Promise.withResolvers<void>();
  const { promise: waiting, resolve: reportWaiting } = Promise.withResolvers<void>();
  const write: ObjectWrite = async (key, body) => {
    if (!key.includes(keyPart)) return app.ports.objects.write(key, body);
    reportWaiting();
    await gate;
    return heldWrite(key, body);
  };
  const ports: Ports = { ...app.ports, objects: { ...app.ports.objects, write } };
  return { held: ports, waiting, go };
}

it("a replaced worker does not affect the file", async () => {
  const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id"] });
  const {
    held: heldPorts,
    waiting,
    go,
  } = holdWrites("/file/", async (key, body) => {
    await app.ports.objects.write(key, Buffer.from("of the first worker"));
    for await (const _ of body as AsyncIterable<Uint8Array>);
  });
  const first = runSlice(heldPorts, tenant.id, id);
  await waiting;
  await runSlice(app.ports, tenant.id, id);
  go();
  await first.catch(() => undefined);
  const file = await fetchExport(app, tenant.token, id);
  expect(file.rows.map(([leadId]) => leadId)).toEqual(ids);
});

it("an export fails after many attempts without progress", async () => {
  const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id"] });
  for (let attempt = 0; attempt < 8; attempt++)
    await runSlice(createMortalPorts(["part", 1, "before"]), tenant.id, id).catch(() => undefined);
  expect(await readStatus(id)).toBe("running");
  await runSlice(app.ports, tenant.id, id);
  expect(await fetchExport(app, tenant.token, id)).toMatchObject({
    status: "failed",
    error: expect.stringContaining("made no progress"),
  });
});

it("a part written by a late worker is not used", async () => {
  const id = await startExport(app, tenant.token, "exportLeads", { columns: ["id"] });
  const { held: heldPorts, waiting, go } = holdWrites("");
  const late = runSlice(heldPorts, tenant.id, id, 0);
  await waiting;
  // Deleted leads make the first part end at another place for the second worker.
  const deletedIds = ids.slice(0, 10);
  for (const leadId of deletedIds)
    expect((await callOperation(app, tenant.token, "deleteLead", { id: leadId })).status).toBe(200);
  await runSlice(app.ports, tenant.id, id, 0);
  go();
  await late;
  await runSlice(app.ports, tenant.id, id);
  expect((await fetchExport(app, tenant.token, id)).rows.map(([leadId]) => leadId)).toEqual(ids.slice(10));
});
