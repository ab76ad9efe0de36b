import { argon2 } from "node:crypto";
import { promisify } from "node:util";

/** How a password is derived into the stored hash: argon2id with OWASP's parameters (19 MiB, two passes). */
export interface Derivation {
  readonly cost: Readonly<{ memory: number; passes: number; parallelism: number }>;
  readonly argon2id: (parameters: Parameters<typeof argon2>[1]) => Promise<Buffer>;
}

const derive = promisify(argon2);

export const OWASP: Derivation = {
  cost: { memory: 19456, passes: 2, parallelism: 1 },
  argon2id: (parameters) => derive("argon2id", parameters),
};

let activeDerivation = OWASP;

export const useDerivation = (): Derivation => activeDerivation;

/**
 * Replaces the derivation in this process: tests use a cheap one, or one that counts its calls. No product code calls this
 * (test/invariants/architecture checks it).
 */
export function replaceDerivation(derivation: Derivation = OWASP): void {
  activeDerivation = derivation;
}
