import { type AttributeType, type AttributeValue, attributeType, Bytes, type Item, setAttribute } from "./attribute-value.ts";
import { compareNumbers, normalizeNumber, sizeOfNumber } from "./number.ts";
import { invalidParameter, TableError, ValidationError } from "./table-error.ts";
import { compareText } from "./text-order.ts";

/** Reads items from requests: checks and copies them, and normalises their numbers. Also computes their size. */

export const MAX_ITEM_BYTES = 400 * 1024;
/** Maximum number of lists and maps around a value. */
const MAX_DEPTH = 31;
const MAX_NAME_BYTES = 65_535;

const types = new Set<string>(["S", "N", "B", "BOOL", "NULL", "L", "M", "SS", "NS", "BS"]);

/** Returns a copy of an item as it is stored. Throws a ValidationException for a value that DynamoDB does not store. */
export function readItem(input: unknown): Item {
  return readMap(input, 0);
}

function readMap(input: unknown, depth: number): Item {
  if (typeof input !== "object" || input === null) throw new TableError("SerializationException", "An item must be an object");
  const item: Item = {};
  for (const [name, value] of Object.entries(input)) setAttribute(item, readName(name), readValue(value, depth));
  return item;
}

function readName(name: string): string {
  if (name === "") throw invalidParameter("Empty attribute name");
  if (sizeOfText(wellFormed(name)) > MAX_NAME_BYTES)
    throw invalidParameter("Attribute name is too large, must be less than 65536 bytes");
  return name;
}

export function readValue(input: unknown, depth = 0): AttributeValue {
  if (typeof input !== "object" || input === null) throw new TableError("SerializationException", "A value must be an object");
  if (depth > MAX_DEPTH) throw tooDeep();
  const [[type, value] = [], ...extraEntries] = Object.entries(input).filter(([, member]) => member !== undefined);
  if (type === undefined || !types.has(type))
    throw new ValidationError("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  if (extraEntries.length > 0)
    throw new ValidationError(
      "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
    );
  // Each reader checks the value of its own type.
  return readers[type as AttributeType](value as never, depth);
}

const tooDeep = (): ValidationError =>
  new ValidationError(
    "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
  );

/** Refuses a value that would be nested too deeply inside `depth` lists and maps. */
export function requireDepth(value: AttributeValue, depth: number): void {
  if (depth > MAX_DEPTH) throw tooDeep();
  if ("L" in value) for (const element of value.L) requireDepth(element, depth + 1);
  if ("M" in value) for (const element of Object.values(value.M)) requireDepth(element, depth + 1);
}

const readers: { [T in AttributeType]: (value: never, depth: number) => AttributeValue } = {
  S: (value: string) => ({ S: wellFormed(value) }),
  N: (value: string) => ({ N: normalizeNumber(value) }),
  B: (value: Uint8Array) => ({ B: new Bytes(value) }),
  BOOL: (value: boolean) => ({ BOOL: value }),
  NULL: (value: boolean) => {
    if (value !== true) throw invalidParameter("Null attribute value types must have the value of true");
    return { NULL: true };
  },
  L: (values: unknown[], depth) => ({ L: values.map((value) => readValue(value, depth + 1)) }),
  M: (value: unknown, depth) => ({ M: readMap(value, depth + 1) }),
  SS: (values: string[]) => readSet("SS", values.map(wellFormed)),
  NS: (values: string[]) => readSet("NS", values.map(normalizeNumber)),
  BS: (values: Uint8Array[]) =>
    readSet(
      "BS",
      values.map((value) => Buffer.from(value).toString("base64")),
    ),
};

type SetType = "SS" | "NS" | "BS";

const EMPTY_SETS: Readonly<Record<SetType, string>> = {
  SS: "An string set  may not be empty",
  NS: "An number set  may not be empty",
  BS: "Binary sets should not be empty",
};

function readSet(type: SetType, elements: string[]): AttributeValue {
  const set = setFrom(type, elements);
  if (!set) throw invalidParameter(EMPTY_SETS[type]);
  if (new Set(elements).size === elements.length) return set;
  if (type === "NS") throw new ValidationError("Input collection contains duplicates");
  throw invalidParameter(`Input collection [${elements.join(", ")}]${type === "BS" ? "of type BS" : ""} contains duplicates.`);
}

function wellFormed(text: string): string {
  if (typeof text !== "string") throw new TableError("SerializationException", "A text must be a string");
  if (!text.isWellFormed()) throw new TableError("SerializationException", "A text contains half of a surrogate pair");
  return text;
}

const encoder = new TextEncoder();
/** Bytes of a text in UTF-8. */
export const sizeOfText = (text: string): number => {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return encoder.encode(text).length;
  return text.length;
};

export function sizeOfItem(item: Item): number {
  let size = 0;
  for (const name in item) size += sizeOfText(name) + sizeOfValue(item[name] as AttributeValue);
  return size;
}

/** Returns a value's bytes by DynamoDB's rules; a list or map adds three for itself and one for each element. */
function sizeOfValue(value: AttributeValue): number {
  if ("S" in value) return sizeOfText(value.S);
  if ("N" in value) return sizeOfNumber(value.N);
  if ("B" in value) return value.B.length;
  if ("L" in value) return value.L.reduce((sum, element) => sum + 1 + sizeOfValue(element), 3);
  if ("M" in value) return sizeOfItem(value.M) + Object.keys(value.M).length + 3;
  if ("SS" in value) return value.SS.reduce((sum, element) => sum + sizeOfText(element), 0);
  if ("NS" in value) return value.NS.reduce((sum, element) => sum + sizeOfNumber(element), 0);
  if ("BS" in value) return value.BS.reduce((sum, element) => sum + element.length, 0);
  return 1;
}

/** Equal as DynamoDB compares: sets without their order. */
export function isEqual(a: AttributeValue, b: AttributeValue): boolean {
  if (attributeType(a) !== attributeType(b)) return false;
  if ("S" in a && "S" in b) return a.S === b.S;
  if ("N" in a && "N" in b) return a.N === b.N;
  if ("B" in a && "B" in b) return Buffer.compare(a.B, b.B) === 0;
  if ("BOOL" in a && "BOOL" in b) return a.BOOL === b.BOOL;
  if ("L" in a && "L" in b)
    return a.L.length === b.L.length && a.L.every((element, index) => isEqual(element, b.L[index] as AttributeValue));
  if ("M" in a && "M" in b) return isEqualItem(a.M, b.M);
  if (isSet(a) && isSet(b)) {
    const [left, right] = [setElements(a), new Set(setElements(b))];
    return left.length === right.size && left.every((element) => right.has(element));
  }
  return true;
}

export function isEqualItem(a: Item, b: Item): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isEqual(a[name] as AttributeValue, b[name] as AttributeValue))
  );
}

type SetValue = Extract<AttributeValue, { SS: string[] } | { NS: string[] } | { BS: Bytes[] }>;

export const isSet = (value: AttributeValue): value is SetValue => "SS" in value || "NS" in value || "BS" in value;

/** The elements of a set as texts; binary ones in base64. */
export function setElements(set: SetValue): string[] {
  if ("SS" in set) return set.SS;
  return "NS" in set ? set.NS : set.BS.map((bytes) => bytes.toJSON());
}

/** Builds a set of this type, in the order of its type, from its elements as texts; undefined without elements. */
export function setFrom(type: AttributeType, elements: readonly string[]): AttributeValue | undefined {
  if (elements.length === 0) return undefined;
  if (type === "SS") return { SS: elements.toSorted(compareText) };
  if (type === "NS") return { NS: elements.toSorted(compareNumbers) };
  return { BS: elements.map(Bytes.fromBase64Text).sort(Buffer.compare) };
}
