import { deflateSync } from "node:zlib";

/** The syntax of a PDF (ISO 32000-1, 7.3 and 7.5): numbered objects and their positions. */

export type Ref = number;

export const formatRef = (ref: Ref): string => `${ref} 0 R`;

/** Formats text as hex digits, so that no character in it has a meaning in PDF syntax. */
export const formatText = (value: string): string =>
  `<FEFF${Buffer.from(value, "utf16le").swap16().toString("hex").toUpperCase()}>`;

/** Formats an instant, in UTC. */
export const formatDate = (instant: string): string => `(D:${new Date(instant).toISOString().replace(/\D/g, "").slice(0, 14)}Z)`;

/** Formats a number without an exponent, with at most three decimals. */
export const formatNumber = (value: number): string => String(Number(value.toFixed(3)));

/** The number of objects packed into one stream. */
const OBJECTS_PER_STREAM = 100;

/** The location of an object: a byte offset, or an index within an object stream. */
type ObjectLocation = readonly [kind: 1, at: number, generation: 0] | readonly [kind: 2, stream: Ref, place: number];

export class PdfFile {
  readonly #chunks: Buffer[] = [];
  readonly #places: (ObjectLocation | undefined)[] = [];
  readonly #dictionaries: [Ref, string][] = [];
  #length = 0;

  constructor() {
    // Bytes above 127 mark the file as binary.
    this.#push(Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1"));
  }

  /** Reserves a number for an object that is referenced before it is written. */
  reserve(): Ref {
    this.#places.push(undefined);
    return this.#places.length;
  }

  addObject(dictionary: string, ref = this.reserve()): Ref {
    this.#dictionaries.push([ref, dictionary]);
    return ref;
  }

  /** Adds a stream with its dictionary entries; compresses the data unless it is packed already. */
  addStream(entries: string, data: Uint8Array, { isPacked = false, ref = this.reserve() } = {}): Ref {
    const body = isPacked ? data : deflateSync(data);
    this.#places[ref - 1] = [1, this.#length, 0];
    const filter = isPacked ? "" : " /Filter /FlateDecode";
    this.#push(Buffer.from(`${ref} 0 obj\n<<${entries}${filter} /Length ${body.length}>>\nstream\n`, "latin1"));
    this.#push(Buffer.from(body));
    this.#push(Buffer.from("\nendstream\nendobj\n"));
    return ref;
  }

  /** Returns the whole file; `id` has 16 bytes. */
  finish(root: Ref, info: Ref, id: Buffer): Uint8Array {
    for (let from = 0; from < this.#dictionaries.length; from += OBJECTS_PER_STREAM)
      this.#packObjects(this.#dictionaries.slice(from, from + OBJECTS_PER_STREAM));
    const ref = this.reserve();
    const offset = this.#length;
    this.#places[ref - 1] = [1, offset, 0];
    const places = Buffer.alloc((this.#places.length + 1) * 7);
    places.writeUInt16BE(0xffff, 5);
    this.#places.forEach((place, before) => {
      if (!place) throw new Error(`PDF object ${before + 1} is referenced but never written`);
      const [kind, where, generationOrIndex] = place;
      places.writeUInt8(kind, (before + 1) * 7);
      places.writeUInt32BE(where, (before + 1) * 7 + 1);
      places.writeUInt16BE(generationOrIndex, (before + 1) * 7 + 5);
    });
    const hexId = `<${id.toString("hex")}>`;
    const entries = `/Type /XRef /W [1 4 2] /Size ${this.#places.length + 1} /Root ${formatRef(root)} /Info ${formatRef(info)} /ID [${hexId} ${hexId}]`;
    this.addStream(entries, places, { ref });
    this.#push(Buffer.from(`startxref\n${offset}\n%%EOF\n`));
    return new Uint8Array(Buffer.concat(this.#chunks));
  }

  #packObjects(objects: readonly [Ref, string][]): void {
    const stream = this.reserve();
    let offset = 0;
    const heads = objects.map(([ref, body], place) => {
      this.#places[ref - 1] = [2, stream, place];
      const head = `${ref} ${offset}`;
      offset += body.length + 1;
      return head;
    });
    const first = `${heads.join(" ")}\n`;
    const bodies = objects.map(([, body]) => `${body}\n`).join("");
    this.addStream(`/Type /ObjStm /N ${objects.length} /First ${first.length}`, Buffer.from(first + bodies, "latin1"), {
      ref: stream,
    });
  }

  #push(bytes: Buffer): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
  }
}
