import { isDeepStrictEqual } from "node:util";
import { useTenant } from "../../kernel/context.ts";
import { conflict } from "../../kernel/error.ts";
import type { BaseRecord, Collection } from "../table/collection.ts";
import { tableName } from "../table/database.ts";
import type { Item, WriteStep } from "../table/item.ts";
import { personVisibilityKey } from "../table/key.ts";
import { creatorViewer, ownerAttribute } from "../table/person-visibility.ts";
import { buildVisibilityGrant } from "../table/viewer.ts";

/**
 * The changes of a transaction to visibility items (table/person-visibility.ts): one write for each item, however many of a person's
 * records the transaction writes.
 */
export class VisibilityChanges {
  readonly #moves = new Map<string, { set: Item; remove: string[]; add: Map<string, number> }>();

  /** Tracks a record that the transaction writes. */
  track<R extends BaseRecord>(collection: Collection<R>, before: R | undefined, after: R): void {
    const [old, next] = [buildVisibilityGrant(collection, before), buildVisibilityGrant(collection, after)];
    if (!isDeepStrictEqual(old, next)) {
      if (old) this.#count(old, -1);
      if (next) this.#count(next, 1);
    }
    const { derivedVisibility } = collection.definition;
    if (!derivedVisibility) return;
    const [into, also] = [derivedVisibility.mergedInto(after), derivedVisibility.mergedIds(after)];
    if (before === undefined) Object.assign(this.#of(after.id).set, { whole: true, maker: creatorViewer(after) });
    if (into !== (before === undefined ? null : derivedVisibility.mergedInto(before))) {
      if (into === null) this.#of(after.id).remove.push("into");
      else this.#of(after.id).set.into = into;
    }
    if (!isDeepStrictEqual(also, before === undefined ? [] : derivedVisibility.mergedIds(before)))
      this.#of(after.id).set.also = [...also];
  }

  #of(id: string) {
    const move = this.#moves.get(id) ?? { set: {}, remove: [], add: new Map<string, number>() };
    this.#moves.set(id, move);
    return move;
  }

  #count({ id, owners }: { id: string; owners: readonly string[] }, difference: 1 | -1): void {
    const { add } = this.#of(id);
    for (const owner of owners) add.set(owner, (add.get(owner) ?? 0) + difference);
  }

  get steps(): WriteStep[] {
    return [...this.#moves].flatMap(([id, { set, remove, add }]) => {
      const counts = [...add].filter(([, difference]) => difference !== 0);
      if (counts.length === 0 && remove.length === 0 && Object.keys(set).length === 0) return [];
      const values = [
        ...Object.entries(set),
        ...counts.map(([owner, difference]) => [ownerAttribute(owner), difference] as const),
      ];
      const names = [...values.map(([name]) => name), ...remove];
      const formatAssignments = (from: number, to: number, between: string): string =>
        names
          .slice(from, to)
          .map((_, index) => `#n${from + index}${between}${between && `:v${from + index}`}`)
          .join(", ");
      const sets = Object.keys(set).length;
      const UpdateExpression = [
        sets > 0 ? `SET ${formatAssignments(0, sets, " = ")}` : "",
        remove.length > 0 ? `REMOVE ${formatAssignments(values.length, names.length, "")}` : "",
        `ADD ${[...(counts.length > 0 ? [formatAssignments(sets, values.length, " ")] : []), "#revision :one"].join(", ")}`,
      ].join(" ");
      const action = {
        Update: {
          TableName: tableName(),
          Key: personVisibilityKey(useTenant(), id),
          UpdateExpression: UpdateExpression.trim(),
          ExpressionAttributeNames: {
            ...Object.fromEntries(names.map((name, index) => [`#n${index}`, name])),
            "#revision": "revision",
          },
          ExpressionAttributeValues: {
            ...Object.fromEntries(values.map(([, value], index) => [`:v${index}`, value])),
            ":one": 1,
          },
        },
      };
      return [{ action, rejection: () => conflict("The record was changed concurrently") }];
    });
  }
}
