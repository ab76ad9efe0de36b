import type { Item } from "./item.ts";
import { NONE } from "./key.ts";
import { type IndexName, table } from "./table.ts";

/** What is used of an ElectroDB entity: the items that it writes, and the keys of its queries. */
export interface RecordEntity {
  put(attributes: Item): { params(): { Item: Item } };
  query: Record<string, (facets: Item) => { params(): Item }>;
}

/** Values that keys are made of, by name. */
type Facets = Readonly<Record<string, unknown>>;

/**
 * The keys of a kind, as its entity makes them. That is asked once for each form that they have, with the names of facets in
 * place of values: asked for every item and every query, it would be a fifth of what a write or a page takes of the processor.
 */
export class EntityKeys {
  readonly #entity: () => RecordEntity;
  readonly #items = new Map<string, readonly (readonly [attribute: string, template: string])[]>();
  readonly #partitions = new Map<IndexName, string>();

  constructor(entity: () => RecordEntity) {
    this.#entity = entity;
  }

  /** Those of an item, with the name of its kind. In which indexes it stands goes by its life, and by which facets are NONE. */
  buildItemKeys(life: "live" | "deleted", facets: Facets): Item {
    const form = [life, ...Object.keys(facets).filter((name) => facets[name] === NONE)].join();
    const templates = this.#items.get(form) ?? this.#templatesOf(life, facets);
    this.#items.set(form, templates);
    return Object.fromEntries(templates.map(([attribute, template]) => [attribute, fillTemplate(template, facets)]));
  }

  /** The partition of an index that holds what has these facets. */
  buildPartitionKey(index: IndexName, facets: Facets): string {
    const template = this.#partitions.get(index) ?? this.#buildPartitionKey(index, facets);
    this.#partitions.set(index, template);
    return fillTemplate(template, facets);
  }

  #templatesOf(life: string, facets: Facets): [string, string][] {
    const none = Object.entries(facets).filter(([, value]) => value === NONE);
    const attributes = { ...toPlaceholders(facets), ...Object.fromEntries(none), life, version: 1, shape: 1 };
    const { Item } = this.#entity().put(attributes).params();
    return Object.entries(Item).flatMap(([attribute, template]) =>
      storedAttributes.has(attribute) ? [[attribute, String(template)]] : [],
    );
  }

  #buildPartitionKey(index: IndexName, facets: Facets): string {
    const access = this.#entity().query[index];
    if (!access) throw new Error(`No record of this kind stands in the index ${index}`);
    const { ExpressionAttributeValues: values } = access(toPlaceholders(facets)).params();
    return String((values as Item)[":pk"]);
  }
}

/** What items hold of what the entity gives: of what keys are made of, nothing is there beside them. */
const storedAttributes = new Set<string>([...table.keys, "__edb_e__"]);

/** The facets with their names for values. */
const toPlaceholders = (facets: Facets): Item => Object.fromEntries(Object.keys(facets).map((name) => [name, `{${name}}`]));

const fillTemplate = (template: string, facets: Facets): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = facets[name];
    if (value === undefined) throw new Error(`A key is made of ${name}, which is not given`);
    return String(value);
  });
