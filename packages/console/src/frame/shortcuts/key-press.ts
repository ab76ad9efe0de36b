/** A key as a shortcut names it: `c`, `?`, `mod+k` (Ctrl, or ⌘ on a Mac), and one after the other: `g l`. */

interface KeyPress {
  readonly key: string;
  /** The place of the key on the keyboard: `KeyC`. */
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  /** In milliseconds. */
  readonly timeStamp: number;
}

/** The second key of a sequence comes within this time. */
const SEQUENCE_MS = 1_500;

/** Writes a press as shortcuts name it. Letters of other scripts count by their place, so that shortcuts work on every keyboard. */
export function nameKey({ key, code, ctrlKey, metaKey, altKey }: KeyPress): string | undefined {
  if (altKey) return undefined;
  const isForeign = [...key].length === 1 && key > "\u007f";
  const place = /^Key([A-Z])$/.exec(code)?.[1];
  const name = (isForeign && place !== undefined ? place : key).toLowerCase();
  return ctrlKey || metaKey ? `mod+${name}` : name;
}

/** The first key of a sequence, and when it was pressed. */
export interface PendingKey {
  readonly name: string;
  readonly at: number;
}

interface KeyMatch {
  /** The keys of the shortcut that is complete. */
  readonly keys?: string;
  /** The first key of a sequence that is not complete. */
  readonly pending?: PendingKey;
}

/** Finds the shortcut that a press completes, or the sequence that it begins. */
export function matchKeys(press: KeyPress, pending: PendingKey | undefined, known: readonly string[]): KeyMatch {
  const name = nameKey(press);
  if (name === undefined) return {};
  const sequence = `${pending?.name} ${name}`;
  if (pending !== undefined && press.timeStamp - pending.at <= SEQUENCE_MS && known.includes(sequence)) return { keys: sequence };
  if (known.some((keys) => keys.startsWith(`${name} `))) return { pending: { name, at: press.timeStamp } };
  return known.includes(name) ? { keys: name } : {};
}

/** Keys without Ctrl or ⌘ belong to the text, the menu or the dialog in which the user is. */
export const isSingleKey = (keys: string): boolean => !keys.startsWith("mod+");

const NAMES: Readonly<Record<string, string>> = { escape: "Esc", enter: "Enter" };

/** Writes the keys of a shortcut as they stand on the keyboard, with spaces between them: `Ctrl K`. */
export const formatKeys = (keys: string, isMac: boolean): string =>
  keys
    .split(/[ +]/)
    .map((key) => (key === "mod" ? (isMac ? "⌘" : "Ctrl") : (NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key))))
    .join(" ");
