import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { buildFunctionDatabase } from "@crm/aws/database.ts";
import { guardDatabase, guardKeys, guardObjects } from "@crm/aws/tenant-guard.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Keys, Objects, Ports } from "@crm/core/kernel/ports.ts";
import { OutOfScope } from "@crm/core/storage/table/scope-guard.ts";
import { describe, expect, it } from "vitest";
import { partOf } from "../support/part-of.ts";

/** The guards that isolate tenants where functions use their own role. AWS would accept each of these calls. */
const calls: string[] = [];
const record = (name: string) => async (): Promise<never> => {
  calls.push(name);
  // The guard is what is tested: each port answers something else, and nothing reads it.
  return undefined as never;
};
const runAsTenant = <T>(work: () => T): T => runIn(systemContext({} as Ports, "ten_a", "test"), work);

/** Runs the calls of two tenants, and returns which reached the client of AWS. */
async function listAccepted(own: readonly (() => Promise<unknown>)[], foreign: readonly (() => Promise<unknown>)[]) {
  calls.length = 0;
  for (const call of foreign) await expect(runAsTenant(call)).rejects.toThrow(OutOfScope);
  expect(calls).toEqual([]);
  for (const call of own) await runAsTenant(call);
  return calls;
}

describe("the guard of the isolation code", () => {
  it("refuses keys of the table outside the scope before they reach AWS", async () => {
    const database = guardDatabase(buildFunctionDatabase("crm", { send: record("send") }));
    const scope = { tenant: "ten_a", keyspaces: ["login"] } as const;
    const commandsFor = (pk: string) => [
      () => database.send(new GetCommand({ TableName: "crm", Key: { pk, sk: "x" } }), scope),
      () => database.send(new PutCommand({ TableName: "crm", Item: { pk, sk: "x" } }), scope),
    ];
    const foreign = [...commandsFor("T#ten_b#E#x"), ...commandsFor("T#ten_ab#E#x"), ...commandsFor("S#REFRESH#x")];
    expect(await listAccepted([...commandsFor("T#ten_a#E#x"), ...commandsFor("S#LOGIN#x")], foreign)).toHaveLength(4);
  });

  it("refuses objects of another tenant, by each method", async () => {
    const links = { upload: record("upload"), download: record("download") };
    const bucket: Objects = { write: record("write"), open: record("open"), delete: record("delete"), links };
    const objects = guardObjects(bucket);
    const methodsFor = (key: string) => [
      () => objects.write(key, new Uint8Array()),
      () => objects.open(key),
      () => objects.delete(key),
      () => objects.links.upload(key, { content_type: "text/csv", size: 1, seconds: 60 }),
      () => objects.links.download(key, { content_type: "text/csv", file_name: "x", seconds: 60 }),
    ];
    const accepted = await listAccepted(methodsFor("ten_a/uploads/upl_1"), methodsFor("ten_b/uploads/upl_1"));
    expect(accepted).toEqual(["write", "open", "delete", "upload", "download"]);
  });

  it("refuses data keys of another tenant, or of none", async () => {
    const master = partOf<Keys>({ generate: record("generate"), unwrap: record("unwrap") });
    const keys = guardKeys(master);
    const methodsFor = (context: Record<string, string>) => [() => keys.generate(context), () => keys.unwrap("k1.1.x", context)];
    const foreign = [...methodsFor({ tenant: "ten_b", subject: "led_1" }), ...methodsFor({ subject: "led_1" })];
    expect(await listAccepted(methodsFor({ tenant: "ten_a", subject: "led_1" }), foreign)).toEqual(["generate", "unwrap"]);
  });

  it("refuses objects outside the context of a tenant", async () => {
    const objects = guardObjects(partOf<Objects>({ open: record("open") }));
    await expect(objects.open("ten_a/uploads/upl_1")).rejects.toThrow();
  });
});
