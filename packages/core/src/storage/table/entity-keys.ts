import type { Item } from "./item.ts";
import { NONE } from "./key.ts";
import { type IndexName, table } from "./table.ts";

/** The used part of an ElectroDB entity: its items and the keys of its queries. */
export interface RecordEntity {
  put(attributes: Item): { params(): { Item: Item } };
  query: Record<string, (facets: Item) => { params(): Item }>;
}

/** Values for keys, by name. */
type Facets = Readonly<Record<string, unknown>>;

/**
 * Builds the keys of a kind from the templates of its entity. ElectroDB is called once for each form of key, with placeholders as values:
 * calling it for every item and query would cost a fifth of the CPU time of a write or a page.
 */
export class EntityKeys {
  readonly #entity: () => RecordEntity;
  readonly #items = new Map<string, readonly (readonly [attribute: string, template: string])[]>();
  readonly #partitions = new Map<IndexName, string>();

  constructor(entity: () => RecordEntity) {
    this.#entity = entity;
  }

  /** Builds the keys of an item. The indexes that contain the item depend on its life and on which facets are NONE. */
  buildItemKeys(life: "live" | "deleted", facets: Facets): Item {
    const form = [life, ...Object.keys(facets).filter((name) => facets[name] === NONE)].join();
    const templates = this.#items.get(form) ?? this.#templatesOf(life, facets);
    this.#items.set(form, templates);
    return Object.fromEntries(templates.map(([attribute, template]) => [attribute, fillTemplate(template, facets)]));
  }

  /** Builds the partition key of an index for these facets. */
  buildPartitionKey(index: IndexName, facets: Facets): string {
    const template = this.#partitions.get(index) ?? this.#buildPartitionKey(index, facets);
    this.#partitions.set(index, template);
    return fillTemplate(template, facets);
  }

  #templatesOf(life: string, facets: Facets): [string, string][] {
    const emptyFacets = Object.entries(facets).filter(([, value]) => value === NONE);
    const attributes = { ...toPlaceholders(facets), ...Object.fromEntries(emptyFacets), life, version: 1, shape: 1 };
    const { Item } = this.#entity().put(attributes).params();
    return Object.entries(Item).flatMap(([attribute, template]) =>
      storedAttributes.has(attribute) ? [[attribute, String(template)]] : [],
    );
  }

  #buildPartitionKey(index: IndexName, facets: Facets): string {
    const access = this.#entity().query[index];
    if (!access) throw new Error(`Records of this kind are not in the index ${index}`);
    const { ExpressionAttributeValues: values } = access(toPlaceholders(facets)).params();
    return String((values as Item)[":pk"]);
  }
}

/** The attributes that items keep of those that the entity returns. The facets themselves are not stored. */
const storedAttributes = new Set<string>([...table.keys, "__edb_e__"]);

/** Replaces the values of facets by placeholders. */
const toPlaceholders = (facets: Facets): Item => Object.fromEntries(Object.keys(facets).map((name) => [name, `{${name}}`]));

const fillTemplate = (template: string, facets: Facets): string =>
  template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = facets[name];
    if (value === undefined) throw new Error(`The key requires ${name}, which is missing`);
    return String(value);
  });
