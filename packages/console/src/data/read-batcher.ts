/** Sends reads that are asked for at the same time as one request (`POST /batch/read`). */

/** As many reads as one request takes. */
const MAX_READS = 16;

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

/** Returns a function that reads an address, together with the other reads of the same moment. An address is read once for all who ask. */
export function createReadBatcher({ readOne, readMany, defer }: ReadSender): (address: string) => Promise<ReadAnswer> {
  let waiting: WaitingRead[] = [];
  const sendWaiting = (): void => {
    const byAddress = Map.groupBy(waiting, ({ address }) => address);
    waiting = [];
    const groups = [...byAddress.values()];
    for (let start = 0; start < groups.length; start += MAX_READS) void sendGroups(groups.slice(start, start + MAX_READS));
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
