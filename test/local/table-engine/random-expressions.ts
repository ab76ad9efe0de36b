import { type AttributeType, type AttributeValue, Bytes } from "@crm/local/table-engine/attribute-value.ts";
import { reservedWords } from "@crm/local/table-engine/reserved-words.ts";
import type { Draw } from "./random-draw.ts";
import { ATTRIBUTES, drawAttribute, drawIndexKey, drawValue, INDEX_KEYS, TYPES } from "./random-items.ts";

const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="] as const;
const TYPES_IN_ORDER: readonly AttributeType[] = ["S", "N", "B"];

const ORDERED_VALUES: Partial<Record<AttributeType, readonly AttributeValue[]>> = {
  N: ["-10.5", "-1", "0", "1", "1.5", "2", "3", "9.5", "10"].map((N) => ({ N })),
  S: ["", "a", "ab", "abc", "b", "é", "\uffff", "\u{10000}"].map((S) => ({ S })),
  B: [[], [0], [0, 1], [0, 255], [1], [1, 2, 3], [255]].map((bytes) => ({ B: new Bytes(bytes) })),
};

/** Writes the expressions of one command and collects the names and values that they use. */
export class ExpressionWriter {
  readonly names: Record<string, string> = {};
  readonly values: Record<string, AttributeValue> = {};
  readonly #draw: Draw;
  readonly #attributes: readonly string[];

  /** `excluded` are attributes that the expressions must not use. */
  constructor(draw: Draw, excluded: readonly string[] = []) {
    this.#draw = draw;
    this.#attributes = [...Object.keys(ATTRIBUTES), ...INDEX_KEYS, "sk", "pk"].filter((name) => !excluded.includes(name));
  }

  /** The attribute's name, or a placeholder for it. */
  name(attribute: string): string {
    const isPlain = /^[A-Za-z][A-Za-z0-9_]*$/.test(attribute) && !reservedWords.has(attribute.toUpperCase());
    if (isPlain && this.#draw.chance(0.6)) return attribute;
    const knownPlaceholder = Object.keys(this.names).find((placeholder) => this.names[placeholder] === attribute);
    const placeholder = knownPlaceholder ?? `#${this.#draw.pick(["n", "0", "_", "Name"])}${Object.keys(this.names).length}`;
    this.names[placeholder] = attribute;
    return placeholder;
  }

  value(value: AttributeValue): string {
    const placeholder = `:${this.#draw.pick(["v", "0", "_", "Value"])}${Object.keys(this.values).length}`;
    this.values[placeholder] = value;
    return placeholder;
  }

  /** A path to an attribute that usually has the type, or to a list element or map member. */
  path(type: AttributeType = this.#draw.pick(TYPES)): string {
    const draw = this.#draw;
    const matchingAttributes = this.#attributes.filter((name) => (ATTRIBUTES[name] ?? "S") === type);
    const attribute = draw.pick(draw.chance(0.9) && matchingAttributes.length > 0 ? matchingAttributes : this.#attributes);
    if (draw.chance(0.7) || !["l", "m"].some((name) => this.#attributes.includes(name))) return this.name(attribute);
    return this.#nested(draw.pick(["l", "m"]));
  }

  #nested(root: string): string {
    const draw = this.#draw;
    let path =
      this.name(root) +
      (root === "l" ? `[${draw.integer(4)}]` : `.${this.name(draw.pick(["a", "b", "c", "l", "status", "__proto__"]))}`);
    while (draw.chance(0.2)) path += draw.chance(0.5) ? `[${draw.integer(3)}]` : `.${this.name(draw.pick(["a", "b", "l"]))}`;
    return path;
  }

  condition(depth = 0): string {
    const draw = this.#draw;
    if (depth > 3 || draw.chance(0.5)) return this.#test();
    return draw.pickWeighted([
      [3, () => `${this.#group(depth)} ${draw.pick(["AND", "and", "And"])} ${this.#group(depth)}`],
      [3, () => `${this.#group(depth)} ${draw.pick(["OR", "or"])} ${this.#group(depth)}`],
      [2, () => `${draw.pick(["NOT", "not"])} ${this.#group(depth)}`],
      [1, () => `(${this.#test()})`],
    ]);
  }

  /** Adds parentheses if there are none; sometimes omits them, so that precedence decides. */
  #group(depth: number): string {
    const inner = this.condition(depth + 1);
    return inner.startsWith("(") || this.#draw.chance(0.4) ? inner : `(${inner})`;
  }

  #test(): string {
    const draw = this.#draw;
    const type = draw.pick(TYPES_IN_ORDER);
    return draw.pickWeighted([
      [4, () => this.#comparison(type)],
      [2, () => this.#between(type)],
      [
        1,
        () =>
          `${this.path(type)} ${draw.pick(["IN", "in"])} (${draw.times(1 + draw.integer(4), () => this.#valueOf(type)).join(", ")})`,
      ],
      [1, () => `attribute_exists(${this.path()})`],
      [1, () => `attribute_not_exists (${this.path()})`],
      [1, () => `attribute_type(${this.path()}, ${this.value({ S: draw.pick(TYPES) })})`],
      [1, () => `begins_with(${this.path("S")}, ${this.value(drawValue(draw, draw.pick(["S", "S", "B"])))})`],
      [2, () => this.#contains()],
      [1, () => `size(${this.path()}) ${draw.pick(COMPARATORS)} ${this.value({ N: String(draw.integer(5)) })}`],
    ]);
  }

  #comparison(type: AttributeType): string {
    const draw = this.#draw;
    const comparator = draw.pick(COMPARATORS);
    const path = this.path(draw.chance(0.2) ? undefined : type);
    if (comparator === "=" || comparator === "<>") {
      const value = this.#valueOf(draw.chance(0.3) ? (ATTRIBUTES[path] ?? draw.pick(TYPES)) : type);
      return draw.chance(0.8) ? `${path} ${comparator} ${value}` : `${value}${comparator}${path}`;
    }
    const operand = draw.pickWeighted([
      [6, () => this.#valueOf(type)],
      [1, () => this.path(type)],
      [1, () => `size(${this.path("S")})`],
    ]);
    if (this.#isSame(operand, path)) return `${path} ${comparator} size(${operand})`;
    return draw.chance(0.8) ? `${path} ${comparator} ${operand}` : `${operand} ${comparator} ${path}`;
  }

  /** Whether two paths are equal once their placeholders are resolved. */
  #isSame(a: string, b: string): boolean {
    const [left, right] = [a, b].map((path) => path.replace(/#\w+/g, (name) => this.names[name] ?? name));
    return left === right;
  }

  #between(type: AttributeType): string {
    const draw = this.#draw;
    const bounds = this.#bounds(type);
    const path = this.path(type);
    const operand = draw.chance(0.2) || bounds.some((bound) => this.#isSame(bound, path)) ? `size(${path})` : path;
    return `${operand} ${draw.pick(["BETWEEN", "between"])} ${bounds[0]} AND ${bounds[1]}`;
  }

  /** A range of common values in order, so that items often equal one of its bounds. */
  #bounds(type: AttributeType): [string, string] {
    const draw = this.#draw;
    if (type === "S" && draw.chance(0.2)) return [this.value({ S: "" }), this.path("S")];
    const values = ORDERED_VALUES[type] ?? [];
    const [first, second] = [draw.integer(values.length), draw.integer(values.length)];
    return [
      this.value(values[Math.min(first, second)] as AttributeValue),
      this.value(values[Math.max(first, second)] as AttributeValue),
    ];
  }

  #contains(): string {
    const [container, element] = this.#draw.pick([
      ["S", "S"],
      ["SS", "S"],
      ["NS", "N"],
      ["BS", "B"],
      ["B", "B"],
      ["L", "S"],
      ["L", "M"],
      ["L", "NULL"],
      ["L", "BOOL"],
    ] as const);
    return `contains(${this.path(container)}, ${this.#valueOf(element)})`;
  }

  #valueOf(type: AttributeType): string {
    return this.value(drawValue(this.#draw, type));
  }

  projection(): string {
    const draw = this.#draw;
    const paths = draw.pickSeveral(this.#attributes, 1 + draw.integer(4)).flatMap((attribute) => {
      if (attribute === "l" && draw.chance(0.6))
        return draw.pickSeveral(["l[0]", "l[2]", "l[1]", "l[3].a", "l[4][0]"], 1 + draw.integer(3));
      if (attribute === "m" && draw.chance(0.6))
        return draw.pickSeveral(["m.a", "m.b", "m.l[1]", "m.c.a", "m.c.b[0]"], 1 + draw.integer(3));
      return [this.name(attribute)];
    });
    return paths.join(draw.pick([", ", ",", " ,  "]));
  }

  /** An update with sections in any order, over different attributes. */
  update(): string {
    const draw = this.#draw;
    const roots = draw.pickSeveral(Object.keys(ATTRIBUTES), 1 + draw.integer(5));
    if (draw.chance(0.3)) roots.push(...draw.pickSeveral(INDEX_KEYS, 1 + draw.integer(2)));
    const sections = new Map<string, string[]>();
    for (const root of roots) {
      const [section, action] = this.#action(root);
      sections.set(section, [...(sections.get(section) ?? []), ...action]);
    }
    return [...sections]
      .map(([section, actions]) => `${draw.chance(0.8) ? section : section.toLowerCase()} ${actions.join(", ")}`)
      .join(" ");
  }

  #action(root: string): [section: string, actions: string[]] {
    const draw = this.#draw;
    const type = ATTRIBUTES[root];
    if (type === undefined)
      return draw.chance(0.7)
        ? ["SET", [`${this.name(root)} = ${this.value(drawIndexKey(draw, root))}`]]
        : ["REMOVE", [this.name(root)]];
    if (draw.chance(0.15)) return ["REMOVE", this.#removals(root)];
    const isSet = type === "SS" || type === "NS" || type === "BS";
    if (isSet && draw.chance(0.3)) return ["DELETE", [`${this.name(root)} ${this.#valueOf(type)}`]];
    if ((isSet || type === "N") && draw.chance(0.3)) return ["ADD", [`${this.name(root)} ${this.#valueOf(type)}`]];
    if (root === "m" && draw.chance(0.1)) return ["ADD", [`m.a ${this.#valueOf(draw.pick(["N", "SS"]))}`]];
    return ["SET", this.#assignments(root, type)];
  }

  #removals(root: string): string[] {
    const draw = this.#draw;
    if (root === "l" && draw.chance(0.8)) return draw.pickSeveral(["l[0]", "l[1]", "l[2]", "l[7]"], 1 + draw.integer(3));
    if (root === "m" && draw.chance(0.8)) return draw.pickSeveral(["m.a", "m.b", "m.l[0]", "m.c.a"], 1 + draw.integer(2));
    return [this.name(root)];
  }

  #assignments(root: string, type: AttributeType): string[] {
    const draw = this.#draw;
    if (root === "l" && draw.chance(0.5))
      return draw
        .pickSeveral(["l[0]", "l[1]", "l[3]", "l[9]"], 1 + draw.integer(3))
        .map((path) => `${path} = ${this.#source("S")}`);
    if (root === "m" && draw.chance(0.5))
      return draw
        .pickSeveral(["a", "b", "c", "l[1]", "__proto__"], 1 + draw.integer(2))
        .map((step) => `m.${step === "l[1]" ? step : this.name(step)} = ${this.#source("N")}`);
    return [`${this.name(root)} = ${this.#source(type)}`];
  }

  #source(type: AttributeType): string {
    const draw = this.#draw;
    const plain = (): string => this.value(drawValue(draw, type));
    const orElse = (): string => `if_not_exists(${this.path(type)}, ${draw.chance(0.7) ? plain() : this.path(type)})`;
    if (type === "N" && draw.chance(0.5)) {
      const buildOperand = (): string =>
        draw.pickWeighted([
          [3, plain],
          [2, () => this.path("N")],
          [2, orElse],
        ]);
      return `${buildOperand()} ${draw.pick(["+", "-"])} ${buildOperand()}`;
    }
    if (type === "L" && draw.chance(0.5)) {
      const buildOperand = (): string =>
        draw.pickWeighted([
          [3, plain],
          [1, () => this.name("l")],
          [2, orElse],
        ]);
      return `list_append(${buildOperand()}, ${buildOperand()})`;
    }
    return draw.pickWeighted([
      [6, plain],
      [1, () => this.path(type)],
      [1, orElse],
      [1, () => `if_not_exists(${this.path(type)}, ${orElse()})`],
      [0.3, () => `(${plain()})`],
      [0.5, () => this.value(drawAttribute(draw, draw.pick(Object.keys(ATTRIBUTES))))],
    ]);
  }
}
