/** Texts by position, as one block of UTF-8 and the offsets of its parts. A million texts need no million strings. */
export class TextList {
  readonly bytes: Buffer;
  /** `length + 1` offsets into the bytes. */
  readonly offsets: Uint32Array;

  constructor(bytes: Buffer, offsets: Uint32Array) {
    this.bytes = bytes;
    this.offsets = offsets;
  }

  static of(texts: readonly string[]): TextList {
    const offsets = new Uint32Array(texts.length + 1);
    for (const [index, text] of texts.entries()) offsets[index + 1] = (offsets[index] ?? 0) + Buffer.byteLength(text);
    const bytes = Buffer.allocUnsafe(offsets[texts.length] ?? 0);
    for (const [index, text] of texts.entries()) bytes.write(text, offsets[index] ?? 0);
    return new TextList(bytes, offsets);
  }

  get length(): number {
    return this.offsets.length - 1;
  }

  /** Bytes in memory. */
  get size(): number {
    return this.bytes.byteLength + this.offsets.byteLength;
  }

  at(index: number): string {
    return this.bytes.toString("utf8", this.offsets[index], this.offsets[index + 1]);
  }

  /** Returns the positions whose texts contain a part. */
  findPart(part: string): number[] {
    const { bytes, offsets, length } = this;
    if (part === "") return Array.from({ length }, (_, index) => index);
    const searched = Buffer.from(part);
    const found: number[] = [];
    for (let from = 0; ; ) {
      const at = bytes.indexOf(searched, from);
      if (at === -1) return found;
      const index = this.#positionOf(at);
      const end = offsets[index + 1] as number;
      // Bytes of two texts beside each other are not a part of one.
      const isInside = at + searched.length <= end;
      if (isInside) found.push(index);
      from = isInside ? end : at + 1;
    }
  }

  /** Returns the position of the text that has a byte. */
  #positionOf(byte: number): number {
    let [low, high] = [0, this.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.offsets[middle + 1] as number) <= byte) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Returns the first position whose text is not before the bound; `readKey` gives the sort key of a position, in ascending order. */
  static lowerBound(length: number, bound: string, readKey: (index: number) => string): number {
    let [low, high] = [0, length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (readKey(middle) < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
