import type { Schemas } from "@crm/sdk/index.ts";

/** How the pipeline came from its opening to its closing amount (docs/sales/pipeline.md, "Bridge"). */

export type Bridge = Schemas.PipelineBridge;

const parts = [
  "opening",
  "new",
  "increased",
  "moved_in",
  "decreased",
  "moved_out",
  "won",
  "lost",
  "corrected",
  "closing",
] as const;
export type BridgePart = (typeof parts)[number];

export interface BridgeStep {
  readonly part: BridgePart;
  readonly count: number;
  /** The amount, as the API has it. */
  readonly value: string;
  /** By how much the pipeline grows: negative if it shrinks. Undefined: the amount is the whole pipeline. */
  readonly change: string | undefined;
}

const shrinking: ReadonlySet<BridgePart> = new Set(["decreased", "moved_out", "won", "lost"]);
const wholes: ReadonlySet<BridgePart> = new Set(["opening", "closing"]);

const isZero = (value: string): boolean => /^-?0*(?:\.0*)?$/.test(value);

const negate = (value: string): string => (isZero(value) ? value : value.startsWith("-") ? value.slice(1) : `-${value}`);

/** Returns the steps of a bridge in order. Changes without an amount and a number are left out. */
export const listBridgeSteps = (bridge: Pick<Bridge, BridgePart>): BridgeStep[] =>
  parts.flatMap((part): BridgeStep[] => {
    const { count, value } = bridge[part];
    if (wholes.has(part)) return [{ part, count, value, change: undefined }];
    if (count === 0 && isZero(value)) return [];
    return [{ part, count, value, change: shrinking.has(part) ? negate(value) : value }];
  });
