import {
  DescribeStreamCommand,
  type DescribeStreamInput,
  GetRecordsCommand,
  type GetRecordsInput,
  GetShardIteratorCommand,
  type GetShardIteratorInput,
} from "@aws-sdk/client-dynamodb-streams";
import { apiStream, type StreamsClient } from "@crm/local/table/external-server.ts";
import { beforeEach, describe, expect, it } from "vitest";

/** A stream that behaves like DynamoDB's: shards close and have children, iterators expire, and records are trimmed. */
class FakeStreams implements StreamsClient {
  readonly arn: string;
  readonly shards = new Map<string, { parent: string | undefined; records: number[]; ended: boolean; dropped: number }>();
  #iterators = new Map<string, { shard: string; at: number }>();
  #sequence = 100;
  #next = 0;
  readShards: string[] = [];

  constructor(arn = "arn:1") {
    this.arn = arn;
  }

  open(name: string, parent?: string): void {
    this.shards.set(name, { parent, records: [], ended: false, dropped: 0 });
  }

  write(shard: string, count: number): number[] {
    const sequences = Array.from({ length: count }, () => ++this.#sequence);
    this.shards.get(shard)?.records.push(...sequences);
    return sequences;
  }

  end(shard: string): void {
    const storedShard = this.shards.get(shard);
    if (storedShard) storedShard.ended = true;
  }

  expireIterators(): void {
    this.#iterators.clear();
  }

  async send(command: object): Promise<unknown> {
    const { input } = command as { input: object };
    if (command instanceof DescribeStreamCommand) return this.#describe(input as DescribeStreamInput);
    if (command instanceof GetShardIteratorCommand) return this.#iterator(input as GetShardIteratorInput);
    if (command instanceof GetRecordsCommand) return this.#records(input as GetRecordsInput);
    throw new Error("not asked of streams");
  }

  /** Returns pages of two shards, so that there are several pages. */
  #describe({ StreamArn, ExclusiveStartShardId }: DescribeStreamInput): unknown {
    if (StreamArn !== this.arn) throw buildError("ResourceNotFoundException");
    const names = [...this.shards.keys()];
    const from = ExclusiveStartShardId ? names.indexOf(ExclusiveStartShardId) + 1 : 0;
    const page = names.slice(from, from + 2);
    const Shards = page.map((ShardId) => ({ ShardId, ParentShardId: this.shards.get(ShardId)?.parent }));
    return { StreamDescription: { Shards, ...(from + 2 < names.length ? { LastEvaluatedShardId: page.at(-1) } : {}) } };
  }

  #iterator({ ShardId = "", ShardIteratorType, SequenceNumber }: GetShardIteratorInput): unknown {
    const shard = this.shards.get(ShardId);
    if (!shard) throw buildError("ResourceNotFoundException");
    const position =
      ShardIteratorType === "TRIM_HORIZON" ? shard.dropped : shard.records.findIndex((record) => record > Number(SequenceNumber));
    if (position !== -1 && position < shard.dropped) throw buildError("TrimmedDataAccessException");
    return { ShardIterator: this.#keep(ShardId, position === -1 ? shard.records.length : position) };
  }

  #records({ ShardIterator = "", Limit = 1000 }: GetRecordsInput): unknown {
    const iterator = this.#iterators.get(ShardIterator);
    const shard = this.shards.get(iterator?.shard ?? "");
    if (!iterator || !shard) throw buildError("ExpiredIteratorException");
    this.readShards.push(iterator.shard);
    const sequences = shard.records.slice(iterator.at, iterator.at + Limit);
    const position = iterator.at + sequences.length;
    const isOver = shard.ended && position === shard.records.length;
    return {
      Records: sequences.map((sequence) => buildRecord(sequence)),
      ...(isOver ? {} : { NextShardIterator: this.#keep(iterator.shard, position) }),
    };
  }

  #keep(shard: string, position: number): string {
    const name = `iterator-${++this.#next}`;
    this.#iterators.set(name, { shard, at: position });
    return name;
  }
}

const buildError = (name: string): Error => Object.assign(new Error(name), { name });

const buildRecord = (sequence: number) => ({
  eventID: String(sequence),
  eventName: "INSERT",
  dynamodb: {
    Keys: { pk: { S: sequence % 10 === 0 ? "T#t#COUNT#lead" : "T#t#P#per" }, sk: { S: "led" } },
    SequenceNumber: String(sequence),
    ApproximateCreationDateTime: new Date(1_700_000_000_500),
  },
});

describe("a stream read through its API", () => {
  let stream: FakeStreams;
  let complaints: string[];
  let position: string;
  const log = { write: (_level: string, message: string) => void complaints.push(message) };

  beforeEach(() => {
    stream = new FakeStreams();
    complaints = [];
    position = "0";
  });

  const source = (targetStream = stream) => apiStream(targetStream, { arn: targetStream.arn, log });

  /** Reads until no records are left. A position is saved only after the records before it were delivered. */
  async function drain(from = source(), limit = 7): Promise<number[]> {
    const seen: number[] = [];
    for (;;) {
      const { records, position: next } = await from.read(position, limit);
      seen.push(...records.map(({ dynamodb }) => Number(dynamodb?.SequenceNumber)));
      const hasMoved = next !== position;
      position = next;
      if (!hasMoved) return seen;
    }
  }

  const concerning = (sequences: readonly number[]): number[] => sequences.filter((sequence) => sequence % 10 !== 0);

  it("returns each relevant record once, in order and in the form of Lambda", async () => {
    stream.open("a");
    const sequences = stream.write("a", 25);
    const from = source();
    expect(await drain(from)).toEqual(concerning(sequences));
    const more = stream.write("a", 3);
    const { records } = await from.read(position, 100);
    expect(records.map(({ eventID }) => Number(eventID))).toEqual(concerning(more));
    expect(records[0]?.dynamodb?.ApproximateCreationDateTime).toBe(1_700_000_000);
  });

  it("reads the children of a shard only after its end", async () => {
    stream.open("a");
    stream.open("b", "a");
    stream.open("c", "a");
    stream.open("d", "b");
    stream.open("e");
    const first = stream.write("a", 12);
    const [b, c, d, e] = ["b", "c", "d", "e"].map((shard) => stream.write(shard, 9));
    const from = source();
    expect((await drain(from)).sort()).toEqual(concerning([...first, ...(e ?? [])]).sort());
    expect(new Set(stream.readShards)).toEqual(new Set(["a", "e"]));
    stream.end("a");
    const laterSequences = await drain(from);
    expect(laterSequences.sort()).toEqual(concerning([...(b ?? []), ...(c ?? [])]).sort());
    stream.end("b");
    expect(await drain(from)).toEqual(concerning(d ?? []));
  });

  it("finds shards created while it reads", async () => {
    stream.open("a");
    const from = source();
    expect(await drain(from)).toEqual([]);
    const last = stream.write("a", 5);
    stream.end("a");
    stream.open("b", "a");
    const first = stream.write("b", 5);
    expect(await drain(from)).toEqual(concerning([...last, ...first]));
  });

  it("resumes after its checkpoints on a restart, for each shard", async () => {
    stream.open("a");
    stream.open("b");
    stream.write("a", 20);
    stream.write("b", 20);
    await drain();
    stream.end("a");
    stream.open("c", "a");
    const more = [...stream.write("b", 3), ...stream.write("c", 3)];
    expect((await drain(source())).sort()).toEqual(concerning(more).sort());
    expect(await drain(source())).toEqual([]);
  });

  it("returns records again that were read but not delivered", async () => {
    stream.open("a");
    const sequences = stream.write("a", 12);
    const from = source();
    const first = await from.read(position, 5);
    const again = await from.read(position, 5);
    expect(again).toEqual(first);
    expect(await drain(from)).toEqual(concerning(sequences));
  });

  it("requests a new iterator when one has expired", async () => {
    stream.open("a");
    const from = source();
    const sequences = stream.write("a", 12);
    const { records, position: next } = await from.read(position, 6);
    position = next;
    stream.expireIterators();
    expect([...records.map(({ eventID }) => Number(eventID)), ...(await drain(from))]).toEqual(concerning(sequences));
    expect(complaints).toEqual([]);
  });

  it("continues with the rest and logs it when records or shards were dropped unread", async () => {
    stream.open("a");
    stream.write("a", 8);
    await drain();
    const sequences = stream.write("a", 8);
    const shard = stream.shards.get("a");
    if (shard) shard.dropped = 12;
    expect(await drain(source())).toEqual(concerning(sequences.slice(4)));
    expect(complaints).toEqual([expect.stringMatching(/The stream dropped changes before they were read: a recount repairs/)]);

    stream.write("a", 2);
    stream.end("a");
    stream.open("b", "a");
    const after = stream.write("b", 4);
    stream.shards.delete("a");
    complaints = [];
    expect(await drain(source())).toEqual(concerning(after));
    expect(complaints).toEqual([expect.stringMatching(/The stream dropped a shard/)]);
  });

  it("forgets ended shards that no longer exist, and a replaced stream", async () => {
    stream.open("a");
    stream.write("a", 3);
    stream.end("a");
    stream.open("b", "a");
    await drain();
    stream.shards.delete("a");
    await drain(source());
    expect(Object.keys(JSON.parse(position).shards)).toEqual(["b"]);
    expect(complaints).toEqual([]);

    const otherStream = new FakeStreams("arn:2");
    otherStream.open("b");
    const sequences = otherStream.write("b", 4);
    expect(await drain(source(otherStream))).toEqual(concerning(sequences));
  });
});
