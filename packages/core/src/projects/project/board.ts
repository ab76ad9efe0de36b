import * as z from "zod";
import { conflict, invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { IdInput, id, oneOf } from "../../kernel/schema.ts";
import { buildExtraPartition } from "../../storage/read/extra-partition.ts";
import { queryPartitions } from "../../storage/read/partition-query.ts";
import { Records } from "../../storage/write/records.ts";
import type { Transaction } from "../../storage/write/transaction.ts";
import { requireRight } from "./access.ts";
import { columnPartition, type ProjectRecord, Projects, placeKey } from "./project.entity.ts";
import { PROJECT } from "./project.kind.ts";
import { findPlaceBetween, projectStatuses, respace } from "./project.rules.ts";
import { changeStatus } from "./status.ts";

/** The board: each status is a column, in which projects have a place (`space_order`). Places are integers with gaps. */

/** Further projects that one move may change. Each costs three writes of the transaction. */
const MAX_RESPACED = 25;

type Status = ProjectRecord["status"];

interface Neighbor {
  key: string;
  id: string;
  place: number;
}

/** Reads the next projects of a column from a key on, except the one that moves. The read is strongly consistent. */
async function readNeighbors(
  status: Status,
  { order, after, most, moving }: { order: "asc" | "desc"; after: string | undefined; most: number; moving: string | undefined },
): Promise<Neighbor[]> {
  const found: Neighbor[] = [];
  for await (const { key, row } of queryPartitions(Projects, [buildExtraPartition(Projects, columnPartition(status))], {
    order,
    after,
    chunk: most + 1,
    consistent: true,
  })) {
    const { id: neighborId, space_order } = Projects.fromRow({ key, row });
    if (neighborId !== moving) found.push({ key, id: neighborId, place: space_order });
    if (found.length === most) break;
  }
  return found;
}

/** Returns the place after all projects of a column. */
export async function findLastPlace(status: Status, moving?: string): Promise<number> {
  const [last] = await readNeighbors(status, { order: "desc", after: undefined, most: 1, moving });
  return findPlaceBetween(last?.place ?? null, null) as number;
}

/**
 * Returns the place between the neighbors that the caller names. If no place is free, following projects get others in the same
 * transaction.
 */
async function findPlace(
  tx: Transaction,
  moving: ProjectRecord,
  status: Status,
  { after_id, before_id }: z.output<typeof Move>,
): Promise<number> {
  if (after_id === undefined && !before_id) return findLastPlace(status, moving.id);
  const [above, below] = await Promise.all([
    after_id ? readNamed("after_id", after_id, moving, status) : undefined,
    before_id ? readNamed("before_id", before_id, moving, status) : undefined,
  ]);
  const previous =
    above ??
    (below && (await readNeighbors(status, { order: "desc", after: below.key, most: 1, moving: moving.id }))[0]) ??
    undefined;
  const following = await readNeighbors(status, {
    order: "asc",
    after: previous?.key,
    most: MAX_RESPACED + 1,
    moving: moving.id,
  });
  const before = previous?.place ?? null;
  const direct = findPlaceBetween(before, following[0]?.place ?? null);
  if (direct !== undefined) return direct;
  const places = respace(
    before,
    following.map(({ place }) => place),
    MAX_RESPACED,
  );
  const [place, ...others] = places ?? [];
  if (place === undefined)
    throw conflict("There is no room at this place of the column: move the project to the start or to the end of the column");
  const moved = await Records.loadMany(
    Projects,
    following.slice(0, others.length).map((neighbor) => neighbor.id),
    { live: true },
  );
  for (const [index, space_order] of others.entries()) {
    const neighbor = moved[index];
    if (neighbor) tx.replace(Projects, neighbor, Records.nextVersion(neighbor, { ...neighbor, space_order }));
  }
  return place;
}

/** Reads a project that the caller names as a neighbor. */
async function readNamed(field: string, neighborId: string, moving: ProjectRecord, status: Status): Promise<Neighbor> {
  const neighbor = neighborId === moving.id ? undefined : await Records.find(Projects, neighborId);
  if (neighbor?.status !== status) throw invalid(field, `Must be another project with the status ${status}`);
  const place = neighbor.space_order;
  return { key: `${placeKey(place)}#${neighborId}`, id: neighborId, place };
}

const neighborField = () => id(PROJECT).nullable().optional();

export const Move = IdInput.extend({
  status: oneOf(projectStatuses).optional().describe("The column. If empty, the present one"),
  after_id: neighborField().describe("The project above; null: the project becomes the first of the column"),
  before_id: neighborField().describe("The project below. If both are empty, the project becomes the last of the column"),
  force: z.boolean().optional().describe("true: becomes COMPLETED although tasks are open"),
});

/** Moves a project to a place on the board. */
export const move = fn(Move, (input) =>
  Records.change(Projects, input.id, async (current, tx) => {
    await requireRight(current);
    const { status = current.status, force } = input;
    const space_order = await findPlace(tx, current, status, input);
    return { ...(await changeStatus(current, status, { force })), space_order };
  }),
);

export * as ProjectBoard from "./board.ts";
