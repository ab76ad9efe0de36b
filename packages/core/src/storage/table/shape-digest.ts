import type { Domain } from "../../kernel/domain.ts";
import { hashTexts } from "./key.ts";

const DIGEST_LENGTH = 12;

/** Returns a digest of the shapes that a release knows. Two releases with the same digest read each other's records. */
export function digestShapes(domains: readonly Domain[]): string {
  const kinds = domains.flatMap(({ kinds: declared }) => declared).filter(({ shape }) => shape > 1);
  const texts = kinds.map(({ name, shape, oldestShape }) => `${name} ${shape} ${oldestShape}`).sort();
  return hashTexts(...texts).slice(0, DIGEST_LENGTH);
}
