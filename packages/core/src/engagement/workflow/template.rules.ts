import * as z from "zod";
import type { ErrorDetail } from "../../kernel/error.ts";
import { toErrorDetails } from "../../kernel/fn.ts";
import type { Json } from "../../kernel/json.ts";
import { id, name, oneOf } from "../../kernel/schema.ts";
import { MESSAGE_TEMPLATE } from "../../messaging/template/message-template.kind.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { Definition, Step, Trigger } from "./definition.ts";

/** Templates of workflows: a definition that a tenant completes by parameters. Pure. */

/** A value that the tenant chooses. Without a default it may be left out. */
export interface TemplateParameter {
  readonly type: "integer" | "choice" | "text" | "texts" | "user" | "message_template";
  readonly description: string;
  readonly default?: Json;
  /** Bounds of an integer. */
  readonly min?: number;
  readonly max?: number;
  /** Values of a choice. */
  readonly values?: readonly string[];
}

/** A step as a template writes it: without the values that have a default. */
type TemplateStep = Record<string, unknown> & { readonly id: string; readonly do: Step["do"] };

/** A definition as a template writes it. */
interface TemplateDefinition {
  readonly kind: string;
  readonly trigger: Readonly<Record<string, unknown>> & { readonly on: Trigger["on"] };
  readonly where?: Readonly<Record<string, unknown>>;
  readonly steps: readonly TemplateStep[];
  readonly exit?: { readonly where: Readonly<Record<string, unknown>> };
  readonly enrollment?: Definition["enrollment"];
}

/** The values of parameters, with their defaults. */
export type TemplateValues = Readonly<Record<string, Json | undefined>>;

export interface WorkflowTemplate {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** The kind of the records. A parameter may choose another one. */
  readonly kind: string;
  readonly parameters: Readonly<Record<string, TemplateParameter>>;
  readonly build: (values: TemplateValues) => TemplateDefinition;
}

const MAX_TEXTS = 20;

function buildSchema({ type, min = 0, max = 1_000_000, values = [] }: TemplateParameter): z.ZodType<Json> {
  switch (type) {
    case "integer":
      return z.number().int().min(min).max(max);
    case "choice":
      return oneOf(values);
    case "texts":
      return z.array(name(255)).min(1).max(MAX_TEXTS);
    case "user":
      return id(USER);
    case "message_template":
      return id(MESSAGE_TEMPLATE);
    default:
      return name(255);
  }
}

/** Checks the parameters of a template and adds the defaults. Each fault names its parameter. */
export function readParameters(
  { parameters }: Pick<WorkflowTemplate, "parameters">,
  input: Readonly<Record<string, Json>>,
): { readonly values: TemplateValues; readonly problems: readonly ErrorDetail[] } {
  const shape = Object.fromEntries(
    Object.entries(parameters).map(([parameter, declared]) => [parameter, buildSchema(declared).optional()]),
  );
  const defaults = Object.fromEntries(
    Object.entries(parameters).flatMap(([parameter, declared]) =>
      declared.default === undefined ? [] : [[parameter, declared.default]],
    ),
  );
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
  const { data, error } = z.strictObject(shape).safeParse({ ...defaults, ...given });
  return { values: data ?? {}, problems: error ? toErrorDetails(error, ["parameters"]) : [] };
}

/** Reads the value at a path such as `steps[1].cases[0].steps[2].template_id`. */
function readPath(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((part) => part !== "")
    .reduce<unknown>(
      (found, part) => (typeof found === "object" && found !== null ? (found as Record<string, unknown>)[part] : undefined),
      value,
    );
}

/** Names the parameter whose value a fault of the definition is about; the path in the definition, if it is about none. */
export function nameParameter(
  definition: TemplateDefinition,
  values: TemplateValues,
  { field, message }: ErrorDetail,
): ErrorDetail {
  const found = readPath(definition, field);
  const parameter = found === undefined ? undefined : Object.keys(values).find((each) => values[each] === found);
  return parameter === undefined ? { field, message } : { field: `parameters.${parameter}`, message };
}
