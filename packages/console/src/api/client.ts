import { type Client, createClient, readApiError, type Schemas } from "@crm/sdk/index.ts";
import { announceSignOut, onSignOutElsewhere, removeSessionHint, removeUserData } from "./browser-data.ts";
import { watchedFetch } from "./connection.ts";
import { API_PATH } from "./console-path.ts";
import { createEarlyReads } from "./early-reads.ts";
import { type Identity, isOtherIdentity, readIdentity } from "./page-identity.ts";
import { createReadBatcher, type ReadAnswer } from "./read-batcher.ts";
import { askToSignIn } from "./session-end.ts";
import { readViewedRole } from "./viewed-role.ts";

const viewedRole = readViewedRole();

let identity: Identity | undefined;

/** The API as the signed-in user sees it. The refresh token is in a cookie that scripts cannot read; the access token is in memory only. */
export const crm: Client = createClient({
  auth: { session: "cookie" },
  // The language of the page is set before this module is loaded.
  language: document.documentElement.lang,
  fetch: watchedFetch,
  headers: viewedRole === undefined ? {} : { "x-view-as": viewedRole },
  onSessionEnd: askToSignIn,
  onSignIn: async (signedIn) => {
    const next = readIdentity(signedIn);
    if (isOtherIdentity(identity, next)) return leavePage(() => location.reload());
    identity = next;
  },
});

const leaveListeners = new Set<() => void>();

/** Calls the listener when the data of the user are dropped. The pages before the sign-in have none, and do not load what keeps them. */
export const onLeave = (listener: () => void): void => void leaveListeners.add(listener);

/** Drops all data of the user, and opens another page. Its result never comes, so no call continues with the data of another user. */
async function leavePage(open: () => void): Promise<never> {
  for (const listener of leaveListeners) listener();
  await removeUserData();
  // Browsers keep a page that is left, and Back would show it to another person.
  addEventListener("pagehide", () => {
    document.body.hidden = true;
  });
  addEventListener("pageshow", () => location.reload());
  open();
  return new Promise(() => undefined);
}

/** Ends the session, here and in the other tabs of the browser. Nothing of the user and tenant stays. Fails if the server cannot be reached. */
export async function signOut(): Promise<void> {
  await crm.signOut();
  removeSessionHint();
  announceSignOut();
  await leavePage(() => location.assign("/crm/"));
}

onSignOutElsewhere(() => void leavePage(() => location.reload()));

/** Returns what the server answered to one read of several, as a request of its own would. */
async function toAnswer(result: Schemas.ReadResults["results"][number]): Promise<ReadAnswer | Error> {
  const { status, data, meta = {}, error } = result;
  return error ? readApiError(new Response(JSON.stringify({ error }), { status })) : { data, meta };
}

async function readMany(reads: readonly string[]): Promise<readonly (ReadAnswer | Error)[]> {
  const { results } = await crm.batch.read({ reads: [...reads] });
  return Promise.all(results.map(toAnswer));
}

const readAddress = createReadBatcher({
  readOne: (address) => crm.request("GET", address).withResponse(),
  readMany,
  defer: (work) => void setTimeout(work),
});

/** The reads of the page that the browser has opened, sent before its code is there. */
export const earlyReads = createEarlyReads(readAddress);

/** Gets the file at an address of the API. */
export const readFile = (path: string): Promise<Response> =>
  (crm as unknown as { download(...segments: readonly string[]): Promise<Response> }).download(
    ...path.slice(API_PATH.length + 1).split("/"),
  );

export type ReadQuery = Readonly<Record<string, string | number | undefined>>;

interface Read<T> {
  readonly data: T;
  readonly meta: ReadAnswer["meta"];
}

function formatAddress(path: string, query: ReadQuery): string {
  const parameters = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  );
  const search = new URLSearchParams(parameters).toString();
  return search === "" ? path : `${path}?${search}`;
}

/** Reads a record or a list. Reads of the same moment go to the server in one request. */
export async function read<T>(path: string, query: ReadQuery = {}): Promise<Read<T>> {
  const address = formatAddress(path, query);
  const { data, meta } = await (earlyReads.take(address, location.pathname) ?? readAddress(address));
  return { data: data as T, meta };
}

/** Reads what browsers keep for a while, such as a list of master data, as it is now. */
export async function readFresh<T>(path: string, query: ReadQuery = {}): Promise<Read<T>> {
  const address = formatAddress(path, query);
  const [answer = new Error("The answer has too few results")] = [
    (await earlyReads.take(address, location.pathname)) ?? (await readMany([address]))[0],
  ];
  if (answer instanceof Error) throw answer;
  return { data: answer.data as T, meta: answer.meta };
}
