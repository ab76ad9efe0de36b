import { type Branch, listBranches, type State } from "./asl.ts";
import type { Frame } from "./execution.ts";

/** Finds the part of the definition that a frame is in. */

export const findBranch = (machine: Branch, { path }: Pick<Frame, "path">): Branch =>
  path.reduce<Branch>((around, { state, branch }) => {
    const found = around.States[state];
    const inner = found && listBranches(found)[branch];
    if (!inner) throw new Error(`The definition has no state ${state} with a branch ${branch}`);
    return inner;
  }, machine);

export function findState(machine: Branch, frame: Frame): State {
  const state = findBranch(machine, frame).States[frame.state];
  if (!state) throw new Error(`The definition has no state ${frame.state}`);
  return state;
}

/** Returns the frames without the descendants of one frame. */
export function removeDescendants(frames: readonly Frame[], around: Frame): Frame[] {
  const gone = new Set([around.id]);
  // A child is always created after its parent, so it comes later in the list.
  for (const { id, parent } of frames) if (parent !== undefined && gone.has(parent)) gone.add(id);
  return frames.filter((each) => each === around || !gone.has(each.id));
}
