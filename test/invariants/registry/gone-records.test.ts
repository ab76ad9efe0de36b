import { domains } from "@crm/core/domains.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { isFailure } from "@crm/core/kernel/error.ts";
import type { DomainEvent } from "@crm/core/kernel/event.ts";
import { idPrefix, type Kind, newId } from "@crm/core/kernel/id.ts";
import { listRecordReferences } from "@crm/core/kernel/schema.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { LEAD } from "@crm/core/sales/lead/lead.kind.ts";
import { findKindById, loadCollectionById } from "@crm/core/storage/table/collection-registry.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction, WriteConflict } from "@crm/core/storage/write/transaction.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { Operation } from "@crm/functions/http/operation.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import { createListenerHandler } from "@crm/functions/subscribe/listener-handler.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, startTestApp } from "../../support/app.ts";
import { createFailureLog } from "../../support/failure-log.ts";
import { selectSample } from "../../support/sample.ts";
import { inputFor, MARK, makeWorld, sendAs, type World } from "./world.ts";

/**
 * Records that are gone are nothing to do for listeners, jobs and flows. A sample of the operations that write is called; then the records that
 * it wrote, or the ones that these name, are deleted before or while the listeners work. No listener fails.
 */

const { log, failures } = createFailureLog();
let app: App;
let world: World;

beforeAll(async () => {
  app = await startTestApp({ log });
  world = await makeWorld(app, MARK);
  await app.settle();
  observeCommands();
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, world.tenant.id, "test"), work);

/** The kinds whose records can be deleted: not users, who are deactivated, and not values of master data. */
const deletablePrefixes: ReadonlySet<string | undefined> = new Set(
  domains
    .flatMap(({ kinds }): readonly Kind[] => kinds)
    .filter(({ load, path, name }) => load && path !== undefined && !["user", "tenant", "master"].includes(name))
    .map(({ prefix }) => prefix),
);

/** The ids of the records that commands write, while it is set. */
let writtenIds: Set<string> | undefined;
/** The ids of records that are deleted once a command reads them. */
let doomedIds = new Set<string>();
const deletedIds: string[] = [];

const RECORD_KEY = /#E#[^"]*","sk":"([a-z]{3}_[0-9a-z]{18,37})"/g;

/** Notes the ids of written records, and deletes the doomed ones after the first read of each. */
function observeCommands(): void {
  const { database } = app.ports;
  const send = database.send.bind(database);
  database.send = async (command, scope) => {
    const answer = await send(command, scope);
    const name = command.constructor.name;
    if (writtenIds === undefined && doomedIds.size === 0) return answer;
    const ids = new Set(Array.from(JSON.stringify(command).matchAll(RECORD_KEY), ([, id = ""]) => id));
    if (/^(Put|TransactWrite)Command$/.test(name)) for (const id of ids) writtenIds?.add(id);
    if (/^(Get|BatchGet)Command$/.test(name)) for (const id of ids) if (doomedIds.delete(id)) await setDeleted(id, true);
    return answer;
  };
}

/** Deletes or restores a record without the rules of its domain. Entries of histories never change, so they stay. */
async function setDeleted(id: string, isDeleted: boolean): Promise<void> {
  await runInTenant(async () => {
    const collection = await loadCollectionById(id);
    const record = collection && (await Records.load(collection, id));
    if (!record || Boolean(record.deleted_at) === isDeleted) return;
    const next = Records.nextVersion(record, { ...record, deleted_at: isDeleted ? Clock.now() : null });
    try {
      await transaction().replace(collection, record, next).commit(undefined);
      if (isDeleted) deletedIds.push(id);
    } catch (error) {
      if (!(error instanceof WriteConflict)) throw error;
    }
  });
}

/** Calls an operation without letting its listeners work. Returns the ids of the records that it wrote. */
async function callOperation(operation: Operation): Promise<string[]> {
  const user = operation.access === "signed_in" ? await addUser(app, world.tenant, "USER") : undefined;
  const input = await inputFor(app, world, operation, user);
  await app.settle();
  failures.splice(0);
  writtenIds = new Set();
  await sendAs(app, user?.token ?? world.tenant.token, operation, input);
  const ids = [...writtenIds].filter((id) => deletablePrefixes.has(idPrefix(id)));
  writtenIds = undefined;
  return ids;
}

/** Returns the ids of the records that the given ones name. */
async function listRelatedIds(ids: readonly string[]): Promise<string[]> {
  const named = ids.map((id) =>
    runInTenant(async () => {
      const collection = await loadCollectionById(id);
      const record = collection && (await Records.load(collection, id));
      return record ? listRecordReferences(collection.definition.schema.shape, record, findKindById).map((one) => one.id) : [];
    }),
  );
  const relatedIds = new Set((await Promise.all(named)).flat());
  return [...relatedIds].filter((id) => !ids.includes(id) && deletablePrefixes.has(idPrefix(id)));
}

/** Lets the listeners work, and then restores the records for the next test. */
async function settleAndRestore(): Promise<readonly string[]> {
  await app.settle();
  doomedIds = new Set();
  const found = failures.splice(0);
  for (const id of deletedIds.splice(0).reverse()) await setDeleted(id, false);
  await app.settle();
  return found;
}

/** What happens to records between an operation and the work of its listeners, by the title of the test. */
const deletions: Readonly<Record<string, (writtenIds: readonly string[]) => Promise<unknown>>> = {
  "its records are deleted before the listeners work": async (ids) => {
    for (const id of ids) await setDeleted(id, true);
  },
  "its records are deleted while the listeners work": async (ids) => {
    doomedIds = new Set(ids);
  },
  "the records that they name are deleted": async (ids) => {
    for (const id of await listRelatedIds(ids)) await setDeleted(id, true);
  },
};

const writes = operations.filter(({ method, onlyReads, access }) => method !== "GET" && !onlyReads && access !== "public");
const cases = selectSample(
  writes.flatMap((operation) => Object.keys(deletions).map((title) => ({ operation, title }))),
  {
    name: ({ operation, title }) => `${operation.name} ${title}`,
    kind: ({ operation, title }) => `${operation.method} ${title}`,
  },
).map(({ operation, title }) => [operation.name, title, operation] as const);

it.each(cases)("no listener of %s fails if %s", async (_, title, operation) => {
  await deletions[title]?.(await callOperation(operation));
  expect(await settleAndRestore()).toEqual([]);
});

const buildEvent = (type: string, record_id: string): DomainEvent => ({
  id: `evt_${type}`,
  type,
  tenant_id: world.tenant.id,
  record_id,
  version: 1,
  actor_id: world.tenant.userId,
  request_id: "test",
  at: Clock.now(),
  changed: [],
  ...(type.endsWith("_due") ? { due_at: Clock.now() } : {}),
});

describe.each(subscribers)("$name", ({ events, load }) => {
  it("does nothing for records that never existed", async () => {
    const handle = await load();
    const kindByName = new Map(domains.flatMap(({ kinds }) => kinds.map((kind) => [kind.name, kind] as const)));
    for (const type of events) {
      // Events of the system itself name a record of any kind.
      const kind = (kindByName.get(type.replace(/\..*/, "")) ?? kindByName.get("lead")) as Kind;
      // The id of a user's settings contains the user.
      const owner = kind.name === "notification_settings" ? { owner: world.tenant.userId } : {};
      await handle(buildEvent(type, newId(kind, owner)), app.ports);
    }
  });
});

it("a missing record other than that of the event is a failure", async () => {
  const [own, other] = [newId(LEAD), newId(LEAD)];
  const handle = (id: string) =>
    createListenerHandler("test", [], () => Records.read(Leads, id).then(() => undefined))(
      buildEvent("lead.created", own),
      app.ports,
    );
  await handle(own);
  await expect(handle(other)).rejects.toSatisfy((error) => isFailure(error, "NOT_FOUND"));
});
