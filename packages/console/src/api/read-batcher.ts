/** Sends reads that are asked for at the same time as one request (`POST /batch/read`). */

/** As many reads as one request takes, and as many rows as its lists may have. */
const MAX_READS = 20;
const MAX_ROWS = 500;
/** The rows that a list has without `limit`; a record counts like such a list. */
const DEFAULT_ROWS = 20;
/** The API answers these only in a request of their own. */
const LONE_ADDRESS = /^\/api\/v1\/(?:audit(?:[/?]|$)|uploads(?:[/?]|$)|approvals\/[^/?]+\/subject$)/;

/** An answer of the API to one read. */
export interface ReadAnswer {
  readonly data: unknown;
  readonly meta: Readonly<Record<string, unknown>>;
}

interface WaitingRead {
  readonly address: string;
  readonly resolve: (answer: ReadAnswer) => void;
  readonly reject: (error: unknown) => void;
}

interface ReadSender {
  /** Reads one address with a request of its own. */
  readonly readOne: (address: string) => Promise<ReadAnswer>;
  /** Reads several with one request. A read that failed is an error. */
  readonly readMany: (addresses: readonly string[]) => Promise<readonly (ReadAnswer | Error)[]>;
  /** Calls back once no more reads are expected. */
  readonly defer: (work: () => void) => void;
}

const readLimit = (address: string): number => Number(new URLSearchParams(address.split("?")[1]).get("limit") ?? DEFAULT_ROWS);

/** Splits reads into those that one request takes. */
function splitReads(groups: readonly WaitingRead[][]): WaitingRead[][][] {
  const isLone = ([first]: readonly WaitingRead[]): boolean => LONE_ADDRESS.test(first?.address ?? "");
  const parts: WaitingRead[][][] = [];
  let rows = 0;
  for (const group of groups.filter((each) => !isLone(each))) {
    const limit = readLimit(group[0]?.address ?? "");
    const part = parts.at(-1);
    if (part && part.length < MAX_READS && rows + limit <= MAX_ROWS) {
      part.push(group);
      rows += limit;
    } else {
      parts.push([group]);
      rows = limit;
    }
  }
  return [...parts, ...groups.filter(isLone).map((group) => [group])];
}

/** Returns a function that reads an address, together with the other reads of the same moment. An address is read once for all who ask. */
export function createReadBatcher({ readOne, readMany, defer }: ReadSender): (address: string) => Promise<ReadAnswer> {
  let waiting: WaitingRead[] = [];
  const sendWaiting = (): void => {
    const byAddress = Map.groupBy(waiting, ({ address }) => address);
    waiting = [];
    for (const part of splitReads([...byAddress.values()])) void sendGroups(part);
  };
  const sendGroups = async (groups: readonly WaitingRead[][]): Promise<void> => {
    const addresses = groups.flatMap(([first]) => (first ? [first.address] : []));
    try {
      const [only = ""] = addresses;
      const answers = addresses.length === 1 ? [await readOne(only)] : await readMany(addresses);
      for (const [index, group] of groups.entries()) {
        const answer = answers[index] ?? new Error("The answer has too few results");
        for (const read of group) answer instanceof Error ? read.reject(answer) : read.resolve(answer);
      }
    } catch (error) {
      for (const read of groups.flat()) read.reject(error);
    }
  };
  return (address) =>
    new Promise((resolve, reject) => {
      if (waiting.length === 0) defer(sendWaiting);
      waiting.push({ address, resolve, reject });
    });
}
