import { type Branch, listBranches, type State } from "./asl.ts";
import type { Frame } from "./execution.ts";

/** Finds the part of the definition that a frame is in. */

export const findBranch = (machine: Branch, { path }: Pick<Frame, "path">): Branch =>
  path.reduce<Branch>((parentBranch, { state, branch }) => {
    const parentState = parentBranch.States[state];
    const inner = parentState && listBranches(parentState)[branch];
    if (!inner) throw new Error(`The definition has no state ${state} with a branch ${branch}`);
    return inner;
  }, machine);

export function findState(machine: Branch, frame: Frame): State {
  const state = findBranch(machine, frame).States[frame.state];
  if (!state) throw new Error(`The definition has no state ${frame.state}`);
  return state;
}

/** Returns the frames without the descendants of one frame. */
export function removeDescendants(frames: readonly Frame[], ancestor: Frame): Frame[] {
  const removedIds = new Set([ancestor.id]);
  // A child is always created after its parent, so it comes later in the list.
  for (const { id, parent } of frames) if (parent !== undefined && removedIds.has(parent)) removedIds.add(id);
  return frames.filter((frame) => frame === ancestor || !removedIds.has(frame.id));
}
