import type { Client } from "@crm/sdk/index.ts";
import type { TreeEntry } from "../../../ui/kit/tree-layout.ts";

/** A customer with the customers above and below it, as `GET /customers/{id}/hierarchy` answers. */
export type Hierarchy = Awaited<ReturnType<ReturnType<Client["customers"]>["hierarchy"]["get"]>>;
type AccountNode = Hierarchy["customer"];
type Amounts = Hierarchy["roll_up"]["amounts"];

interface NamedNode extends AccountNode {
  readonly id: string;
}

/** Whether the user sees the customer. Others are in the answers without details. */
export const isSeen = (node: AccountNode | undefined): node is NamedNode => typeof node?.id === "string";

/** An entry of the picture: a customer, or the place of those that are not loaded yet. */
export interface AccountEntry extends TreeEntry {
  readonly node: NamedNode;
  readonly parent: NamedNode | undefined;
  /** Undefined while it loads. */
  readonly answer: Hierarchy | undefined;
  /** `more`: further customers below `node`. */
  readonly kind: "account" | "more";
}

interface TreeSource {
  readonly roots: readonly NamedNode[];
  readonly expanded: ReadonlySet<string>;
  readonly findAnswer: (id: string) => Hierarchy | undefined;
  /** The customers on the way to the one that the page is about, by the id of the customer above. They are shown, however many stand before them. */
  readonly path?: ReadonlyMap<string, NamedNode>;
}

/** Lists the customers that the picture shows, each with those below it, as far as they are expanded and loaded. */
export function listAccounts({ roots, expanded, findAnswer, path }: TreeSource): AccountEntry[] {
  const entries: AccountEntry[] = [];
  const seen = new Set<string>();
  const visit = (nodes: readonly NamedNode[], parent: NamedNode | undefined, level: number, hasMore: boolean): void => {
    const count = nodes.length + (hasMore ? 1 : 0);
    for (const [index, node] of nodes.entries()) {
      // A move that others make meanwhile may show a customer in two answers.
      if (seen.has(node.id)) continue;
      seen.add(node.id);
      const answer = findAnswer(node.id);
      const below = listChildren(answer, path?.get(node.id));
      const isExpanded = below.length === 0 ? undefined : expanded.has(node.id);
      entries.push({ id: node.id, node, parent, answer, kind: "account", level, place: index + 1, count, isExpanded });
      if (isExpanded) visit(below, node, level + 1, answer?.next_cursor != null);
    }
    if (hasMore && parent)
      entries.push({
        ...{ id: `${parent.id} more`, node: parent, parent, answer: findAnswer(parent.id), kind: "more", level },
        ...{ place: count, count, isExpanded: undefined },
      });
  };
  visit(roots, undefined, 1, false);
  return entries;
}

function listChildren(answer: Hierarchy | undefined, onPath: NamedNode | undefined): NamedNode[] {
  const children = (answer?.children ?? []).filter(isSeen);
  return onPath === undefined || children.some(({ id }) => id === onPath.id) ? children : [...children, onPath];
}

/** The way from the highest customer that the user sees to this one. It begins below the last one that is hidden. */
export function findPath({ ancestors, customer }: Pick<Hierarchy, "ancestors" | "customer">): NamedNode[] {
  const way = [...ancestors, customer];
  return way.slice(way.findLastIndex((node) => !isSeen(node)) + 1).filter(isSeen);
}

/** The next of each customer of a way, by id. */
export const linkPath = (way: readonly NamedNode[]): ReadonlyMap<string, NamedNode> =>
  new Map(way.slice(1).map((node, index) => [way[index]?.id ?? "", node]));

/** The customers at the top of the groups, found from those on the second level, in their order. */
export function findTops(rows: readonly { readonly parent_customer_id?: unknown }[], max: number): string[] {
  const ids = rows.flatMap(({ parent_customer_id }) => (typeof parent_customer_id === "string" ? [parent_customer_id] : []));
  return [...new Set(ids)].slice(0, max);
}

/** Whether a customer may stand below another one. The server checks levels that are not shown. */
export function canMoveBelow(dragged: AccountEntry, target: AccountEntry, entries: readonly AccountEntry[]): boolean {
  if (dragged.kind === "more" || target.kind === "more") return false;
  if (dragged.id === target.id || dragged.parent?.id === target.id) return false;
  const parents = new Map(entries.map(({ id, parent }) => [id, parent?.id]));
  for (let above: string | undefined = target.id; above !== undefined; above = parents.get(above))
    if (above === dragged.id) return false;
  return true;
}

/** Writes the amounts of several currencies. Zeros are left out. */
export function formatAmounts(
  amounts: Amounts,
  name: "won_amount" | "pipeline_value",
  format: (value: string, currency: string) => string,
): string {
  const texts = amounts.filter((amount) => /[1-9]/.test(amount[name])).map((amount) => format(amount[name], amount.currency));
  return texts.join(" + ");
}
