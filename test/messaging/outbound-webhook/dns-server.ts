import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

/** A DNS server over UDP, whose answers a test decides. All its records have a time to live of 0. */

export type RecordType = "A" | "AAAA";

export interface DnsReply {
  addresses: readonly string[];
  /** The name that the addresses belong to; the name in the question is an alias (CNAME) of it. */
  alias?: string;
}

export interface DnsServer {
  port: number;
  /** The questions so far: type and name. */
  questions: readonly string[];
  /** Sets the replies for a name. `round` is the number of earlier questions of this type for it. */
  set(name: string, reply: (type: RecordType, round: number) => DnsReply): void;
  stop(): void;
}

const TYPES: Readonly<Record<number, RecordType>> = { 1: "A", 28: "AAAA" };
const CNAME = 5;
const HEADER_BYTES = 12;

export async function startDnsServer(port = 0): Promise<DnsServer> {
  const replies = new Map<string, (type: RecordType, round: number) => DnsReply>();
  const questions: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (message, { address, port: from }) => {
    const { name, typeNumber, end } = parseQuestion(message);
    const type = TYPES[typeNumber];
    const question = `${type ?? typeNumber} ${name}`;
    const round = questions.filter((earlier) => earlier === question).length;
    questions.push(question);
    const reply = type === undefined ? undefined : replies.get(name)?.(type, round);
    socket.send(buildAnswer(message, end, type, reply), from, address);
  });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  return {
    port: (socket as Socket).address().port,
    questions,
    set: (name, reply) => replies.set(name, reply),
    stop: () => socket.close(),
  };
}

function parseQuestion(message: Buffer): { name: string; typeNumber: number; end: number } {
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = message[at] ?? 0; length > 0; length = message[at] ?? 0) {
    labels.push(message.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join(".").toLowerCase(), typeNumber: message.readUInt16BE(at + 1), end: at + 5 };
}

/** An answer with the addresses of the asked type; without a reply, one that says that the name does not exist. */
function buildAnswer(query: Buffer, end: number, type: RecordType | undefined, reply: DnsReply | undefined): Buffer {
  const records: Buffer[] = [];
  // The name in the question begins after the header.
  const asked = Buffer.from([0xc0, HEADER_BYTES]);
  const owner = reply?.alias === undefined ? asked : encodeName(reply.alias);
  if (reply?.alias !== undefined) records.push(buildRecord(asked, CNAME, owner));
  for (const address of reply?.addresses ?? []) {
    if (type === "A" && !address.includes(":")) records.push(buildRecord(owner, 1, Buffer.from(address.split(".").map(Number))));
    if (type === "AAAA" && address.includes(":")) records.push(buildRecord(owner, 28, encodeIpv6(address)));
  }
  const header = Buffer.alloc(HEADER_BYTES);
  query.copy(header, 0, 0, 2);
  header.writeUInt16BE(reply === undefined ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  return Buffer.concat([header, query.subarray(HEADER_BYTES, end), ...records]);
}

function buildRecord(owner: Buffer, type: number, data: Buffer): Buffer {
  const fields = Buffer.alloc(10);
  fields.writeUInt16BE(type, 0);
  fields.writeUInt16BE(1, 2);
  fields.writeUInt16BE(data.length, 8);
  return Buffer.concat([owner, fields, data]);
}

const encodeName = (name: string): Buffer =>
  Buffer.concat([...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])), Buffer.alloc(1)]);

function encodeIpv6(address: string): Buffer {
  const hex = address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, ...parts) => {
    const [a, b, c, d] = parts.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = "", tail] = hex.split("::");
  const toGroups = (text: string): number[] => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [toGroups(head), toGroups(tail ?? "")];
  const groups = [...first, ...Array.from({ length: 8 - first.length - last.length }, () => 0), ...last];
  return Buffer.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
