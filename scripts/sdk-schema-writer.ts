/** Writes the schemas of an OpenAPI document as TypeScript types. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly items?: Schema | boolean;
  readonly prefixItems?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

type Schemas = Readonly<Record<string, Schema>>;

/** Unions up to this length are written in place, because their values say more than the name of a shared schema. */
const MAX_INLINE_LENGTH = 72;

const SCALAR_TYPES: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

const REFERENCE = /^#\/components\/schemas\/(\w+)$/;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export const propertyName = (name: string): string => (IDENTIFIER.test(name) ? name : JSON.stringify(name));

/** Returns a documentation comment, or nothing if there is no text. */
export const comment = (indent: string, text: string | undefined): string =>
  text ? `${indent}/** ${text.replaceAll("*/", "*\\/").replaceAll(/\s+/g, " ").trim()} */\n` : "";

export class SchemaWriter {
  readonly #schemas: Schemas;
  readonly #prefix: string;
  readonly #named = new Set<string>();

  /** `prefix` stands before names of schemas, such as `S.` for the types of another file. */
  constructor(schemas: Schemas, prefix = "") {
    this.#schemas = schemas;
    this.#prefix = prefix;
  }

  /** Names of schemas that the written types refer to. */
  get names(): ReadonlySet<string> {
    return this.#named;
  }

  resolve(schema: Schema): Schema {
    const name = readReference(schema);
    return name === undefined ? schema : this.resolve(this.#schemas[name] ?? {});
  }

  writeType(schema: Schema, indent = ""): string {
    const name = readReference(schema);
    if (name !== undefined) return this.#writeReference(name, indent);
    if (schema.const !== undefined) return JSON.stringify(schema.const);
    if (schema.enum) return joinUnion(schema.enum.map((value) => JSON.stringify(value)));
    const variants = schema.anyOf ?? schema.oneOf;
    // An `anyOf` beside properties only says which of them are sufficient.
    if (variants && !schema.properties) return joinUnion(variants.map((variant) => this.writeType(variant, indent)));
    if (schema.properties || schema.allOf) return this.#writeObject(schema, indent);
    const types = typeof schema.type === "string" ? [schema.type] : (schema.type ?? []);
    if (types.length === 0) return "unknown";
    return joinUnion(types.map((type) => this.#writeNamedType(type, schema, indent)));
  }

  /** Writes the declaration of a named schema. */
  writeDeclaration(name: string): string {
    const schema = this.#schemas[name] ?? {};
    const head = comment("", schema.description);
    const bases = (schema.allOf ?? []).map((base) => this.writeType(base));
    if (schema.properties && isObject(schema))
      return `${head}export interface ${name}${bases.length > 0 ? ` extends ${bases.join(", ")}` : ""} ${this.#writeFields(schema, "")}\n`;
    return `${head}export type ${name} = ${this.writeType(schema)};\n`;
  }

  /** Whether a schema is written in place of its name. */
  isInline(name: string): boolean {
    const schema = this.#schemas[name] ?? {};
    const target = readReference(schema);
    if (target !== undefined) return this.isInline(target);
    if (schema.properties || schema.allOf || schema.type === "object" || schema.type === "array") return false;
    return new SchemaWriter(this.#schemas, this.#prefix).writeType(schema).length <= MAX_INLINE_LENGTH;
  }

  #writeReference(name: string, indent: string): string {
    if (this.isInline(name)) return this.writeType(this.#schemas[name] ?? {}, indent);
    this.#named.add(name);
    return this.#prefix + name;
  }

  #writeNamedType(type: string, schema: Schema, indent: string): string {
    if (type === "array") return this.#writeArray(schema, indent);
    if (type === "object") return this.#writeObject(schema, indent);
    if (schema.format === "binary") return "Blob";
    const isList = type === "string" && /^comma-separated/i.test(schema.description ?? "");
    return isList ? "string | readonly string[]" : (SCALAR_TYPES[type] ?? "unknown");
  }

  #writeArray({ items, prefixItems }: Schema, indent: string): string {
    if (prefixItems) return `[${prefixItems.map((item) => this.writeType(item, indent)).join(", ")}]`;
    const item = typeof items === "object" ? this.writeType(items, indent) : "unknown";
    const isSingle =
      /^[\w.[\]]+$/.test(item) || (item.startsWith("{") && (items as Schema).allOf === undefined && !(items as Schema).anyOf);
    return isSingle ? `${item}[]` : `(${item})[]`;
  }

  #writeObject(schema: Schema, indent: string): string {
    const { additionalProperties: others, properties = {} } = schema;
    const bases = (schema.allOf ?? []).map((base) => this.writeType(base, indent));
    if (Object.keys(properties).length === 0 && bases.length > 0) return bases.join(" & ");
    if (Object.keys(properties).length === 0) {
      const value = typeof others === "object" ? this.writeType(others, indent) : "unknown";
      return `{ [key: string]: ${others === false ? "never" : value} }`;
    }
    return [...bases, this.#writeFields(schema, indent)].join(" & ");
  }

  #writeFields(schema: Schema, indent: string): string {
    const inner = `${indent}  `;
    const { required = [], properties = {}, additionalProperties: others } = schema;
    const fields = Object.entries(properties).map(([name, field]) =>
      this.#writeField(name, field, required.includes(name), inner),
    );
    // A base may leave a field optional that this schema requires.
    const raised = required
      .filter((name) => !Object.hasOwn(properties, name))
      .flatMap((name) => {
        const field = this.#findBaseField(schema, name);
        return field ? [this.#writeField(name, field, true, inner)] : [];
      });
    const index = others ? [`${inner}[key: string]: unknown;\n`] : [];
    return `{\n${[...fields, ...raised, ...index].join("")}${indent}}`;
  }

  #writeField(name: string, schema: Schema, isRequired: boolean, indent: string): string {
    const shared = readReference(schema);
    const text =
      schema.description ?? (shared !== undefined && this.isInline(shared) ? this.resolve(schema).description : undefined);
    const type = this.writeType(schema, indent);
    // `undefined` is written, because compilers can tell it from an absent field (`exactOptionalPropertyTypes`).
    const optional = isRequired ? ": " : "?: ";
    const suffix = isRequired || type === "unknown" ? "" : " | undefined";
    return `${comment(indent, text)}${indent}${propertyName(name)}${optional}${type}${suffix};\n`;
  }

  #findBaseField(schema: Schema, name: string): Schema | undefined {
    for (const reference of schema.allOf ?? []) {
      const base = this.resolve(reference);
      const field = base.properties?.[name] ?? this.#findBaseField(base, name);
      if (field) return field;
    }
    return undefined;
  }
}

const readReference = ({ $ref }: Schema): string | undefined => ($ref === undefined ? undefined : REFERENCE.exec($ref)?.[1]);

const isObject = ({ type, allOf }: Schema): boolean => type === "object" || allOf !== undefined;

/** Joins types without repetition. `unknown` takes all others in. */
function joinUnion(types: readonly string[]): string {
  const parts = [...new Set(types.flatMap((type) => (/^[^{(]*$/.test(type) ? type.split(" | ") : [type])))];
  return parts.includes("unknown") ? "unknown" : parts.join(" | ");
}
