import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Client, createClient, httpTransport, Refused } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { enginesOf, killed, launch, type Server, signedUp } from "./server.ts";

const KILLS = Number(process.env.CRM_KILLS ?? 10);
const PAIRS = 6;

/** Two persons who are merged and told apart, over and over. */
interface Pair {
  survivor: string;
  other: string;
  /** What was acknowledged last. */
  isOne: boolean;
  inFlight: "merge" | "unmerge" | undefined;
}

let data: string;
let server: Server;
let token: string;
let pairs: Pair[];

const client = (): Client => createClient(httpTransport(server.url, token));
const documentOf = (name: string, at: number): string => `DOC-${name}-${at}`;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-"));
  server = await launch(data);
  ({ token } = await signedUp(server.url, `merge-${Date.now().toString(36)}`));
  const create = async (name: string, at: number) =>
    (
      await client().createPerson({
        [name === "a" ? "title" : "notes"]: `${name} ${at}`,
        document_number: documentOf(name, at),
        contact_points: [{ contact_type: "email", contact_value: `${name}${at}@kill.example` }],
      } as never)
    ).data.id;
  pairs = await Promise.all(
    Array.from({ length: PAIRS }, async (_, at) => {
      const [survivor, other] = [await create("a", at), await create("b", at)];
      return { survivor, other, isOne: false, inFlight: undefined };
    }),
  );
}, 60_000);

afterAll(async () => {
  await killed(server.process, "SIGTERM");
  rmSync(data, { recursive: true, force: true });
});

/** Merges and tells apart until the connection goes; a refusal would be a failure of ours. */
async function keepBusy(pair: Pair, stopped: () => boolean): Promise<void> {
  const crm = client();
  const [id, merged_id] = [pair.survivor, pair.other];
  while (!stopped()) {
    pair.inFlight = pair.isOne ? "unmerge" : "merge";
    try {
      if (pair.isOne) await crm.unmergePersons({ id, merged_id } as never);
      else await crm.mergePersons({ id, merged_id, choices: { "sensitive.document_number": "merged" } } as never);
    } catch (error) {
      if (error instanceof Refused && error.status < 500) throw error;
      return;
    }
    pair.isOne = !pair.isOne;
    pair.inFlight = undefined;
  }
}

let rotations = 0;

/** Gives every sealed record a new key, again and again, beside the merges. */
async function keepRotating(url: string, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    try {
      const answer = await fetch(`${url}/_local/rotate-keys`, { method: "POST", body: "{}" });
      if (answer.ok) rotations++;
    } catch {
      return;
    }
  }
}

/** What a pair is, asked of both ids; anything between one and two is a fault. */
async function stateOf(crm: Client, { survivor, other }: Pair, at: number): Promise<boolean> {
  const [a, b] = [(await crm.getPerson({ id: survivor })).data, (await crm.getPerson({ id: other })).data];
  const isOne = b.id === survivor;
  const { data: merges } = await crm.listMerges({ id: survivor });
  const emails = [`a${at}@kill.example`, `b${at}@kill.example`];
  const shown = { title: `a ${at}`, emails: isOne ? emails : [emails[0]], merged_ids: isOne ? [other] : [] };
  expect(a).toMatchObject({ ...shown, notes: isOne ? `b ${at}` : null, document_number: documentOf(isOne ? "b" : "a", at) });
  expect(merges.filter(({ undone_at }) => undone_at === null)).toHaveLength(isOne ? 1 : 0);
  if (!isOne) {
    expect(b).toMatchObject({ id: other, notes: `b ${at}`, title: null, emails: [emails[1]], merged_ids: [] });
    expect(b.document_number).toBe(documentOf("b", at));
  }
  for (const email of emails) {
    const found = await crm.resolvePerson({ emails: [email] } as never);
    expect(found.data.person.id).toBe(isOne || email === emails[0] ? survivor : other);
  }
  return isOne;
}

describe.each(Array.from({ length: KILLS }, (_, n) => [n + 1, n % 2 === 0 ? "server" : "database"] as const))(
  "kill %i, of the %s, during merges, unmerges and rotation",
  (n, victim) => {
    it("finds each finished or not begun, and what was acknowledged done", async () => {
      let isOver = false;
      const rotated = rotations;
      const busy = [...pairs.map((pair) => keepBusy(pair, () => isOver)), keepRotating(server.url, () => isOver)];
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 500));
      const inFlight = pairs.flatMap((pair, at) => (pair.inFlight ? [`${pair.inFlight} ${at}`] : []));
      if (victim === "server") await killed(server.process);
      else for (const pid of enginesOf(data)) process.kill(pid, "SIGKILL");
      isOver = true;
      const said = inFlight.join(", ");
      console.log(`kill ${n} of the ${victim}: in flight ${said}; ${rotations - rotated} rotations done, one under way`);
      expect(inFlight.length).toBeGreaterThan(0);
      await Promise.all(busy);
      if (victim === "server") server = await launch(data);
      const crm = client();
      for (const [at, pair] of pairs.entries()) {
        const isOne = await stateOf(crm, pair, at);
        if (!pair.inFlight) expect(isOne).toBe(pair.isOne);
        pair.isOne = isOne;
        pair.inFlight = undefined;
      }
    });
  },
);
