import { hkdfSync } from "node:crypto";
import { type KeyGroup, keyGroups } from "../../kernel/key-groups.ts";

/**
 * The keys of a group as its secret stores them: generations of keys, base64url by purpose. The first generation signs and encrypts. The others
 * only verify and decrypt what was made before.
 */
export type StoredKeys = readonly KeyGeneration[];
type KeyGeneration = Readonly<Record<string, string>>;

/** Derives the keys of a group from the root secret. No two purposes share a key. */
export const deriveGeneration = (root: string, group: KeyGroup): KeyGeneration =>
  Object.fromEntries(
    keyGroups[group].map((purpose) => [
      purpose,
      Buffer.from(hkdfSync("sha256", root, "", `crm:${purpose}`, 32)).toString("base64url"),
    ]),
  );

/** Adds the keys that a group lacks. Keys that it has stay, so it is safe to repeat. */
export const addMissingKeys = (stored: StoredKeys, group: KeyGroup, root: string): StoredKeys => [
  { ...deriveGeneration(root, group), ...stored[0] },
  ...stored.slice(1),
];

/** The steps of a rotation. `announce`: new keys verify, present keys sign. `use`: new keys sign, former keys verify. `drop`: only new keys. */
export const rotationSteps = ["announce", "use", "drop"] as const;
type RotationStep = (typeof rotationSteps)[number];

/** Moves a group to the keys of a changed root, and keeps one former generation. It is safe to repeat a step. */
export function rotateKeys(stored: StoredKeys, group: KeyGroup, root: string, step: RotationStep): StoredKeys {
  if (group === "lookups") return addMissingKeys(stored, group, root);
  const next = deriveGeneration(root, group);
  const isNext = (generation: KeyGeneration): boolean =>
    Object.entries(generation).every(([purpose, key]) => next[purpose] === key);
  const former = stored.find((generation) => !isNext(generation));
  if (step === "drop" || !former) return [next];
  return step === "announce" && stored[0] === former ? [former, next] : [next, former];
}
