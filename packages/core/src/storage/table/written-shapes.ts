import { Clock } from "../../kernel/clock.ts";
import { isInContext, usePorts } from "../../kernel/context.ts";
import type { ShapeKnowledge } from "../../kernel/ports.ts";
import { readItem } from "./database.ts";
import { type Key, systemKey } from "./key.ts";

/**
 * The shapes in which processes may write. During a rollout the release before still runs, and it cannot read what only this release
 * writes. So a release writes the former shape of a kind (`formerForm` of its collection) until the table is switched, which the migration
 * does once the rollout has ended. Processes learn of the switch at their next write that is more than a minute after their last read.
 * A table never goes back, so a process that knows of it reads no more.
 */
export const tableShapesKey = (): Key => ({ pk: systemKey("migration", "table"), sk: "shapes" });

/** Seconds after which a process reads again whether the table is switched. */
export const SHAPE_KNOWLEDGE_SECONDS = 60;

export const createShapeKnowledge = (): ShapeKnowledge => ({ written: {}, readAt: Number.NEGATIVE_INFINITY });

/** A kind, and the shape in which this release writes it in a switched table. */
export interface KindShape {
  name: string;
  shape: number;
}

const knows = ({ written }: ShapeKnowledge, { name, shape }: KindShape): boolean => (written[name] ?? 1) >= shape;

/** Whether records of a kind may be written in this shape, as far as the process knows. Work without a table writes it. */
export function isSwitched(kind: KindShape): boolean {
  const knowledge = isInContext() ? usePorts().writtenShapes : undefined;
  return knowledge === undefined || knows(knowledge, kind);
}

/** Reads whether the table is switched, unless the process knows it for these kinds, or has read it within the last minute. */
export async function refreshWrittenShapes(kinds: readonly KindShape[]): Promise<void> {
  const knowledge = usePorts().writtenShapes;
  if (knowledge === undefined || kinds.every((kind) => knows(knowledge, kind))) return;
  const now = Clock.machineTimeWithPauses();
  if (now - knowledge.readAt < SHAPE_KNOWLEDGE_SECONDS * 1000) return;
  // An option keeps a batch of requests from answering with what it has read before.
  const item = await readItem(tableShapesKey(), { ConsistentRead: true });
  setWrittenShapes(knowledge, item?.written as ShapeKnowledge["written"] | undefined, now);
}

export function setWrittenShapes(
  knowledge: ShapeKnowledge,
  written: ShapeKnowledge["written"] = {},
  readAt = Clock.machineTimeWithPauses(),
): void {
  Object.assign(knowledge, { written, readAt });
}
