import * as z from "zod";

/**
 * State machines in the Amazon States Language with JSONata, limited to what runs both here and on AWS. The schemas list every supported state and
 * field; anything else in a definition is a fault.
 */

/** Text of the form `{% … %}` is evaluated; any other text is literal. */
export const EXPRESSION = /^\{%([\s\S]*)%\}$/;

const comment = { Comment: z.string().optional() };
const stateName = z.string().min(1).max(80);
const expression = z.string().regex(EXPRESSION, "Must be an expression: {% … %}");
const seconds = z.union([z.int().min(1).max(99_999_999), expression]);

/** Names of variables as Step Functions accepts them: letters, digits and `_`, and no reserved name. */
const variable = z
  .string()
  .max(80)
  .regex(/^[\p{ID_Start}_][\p{ID_Continue}]*$/u, "Must consist of letters, digits and _, and must not begin with a digit")
  .refine((name) => name !== "states", "Is reserved by Step Functions: use another name");
const assignField = { Assign: z.record(variable, z.json()).optional() };
const outputField = { Output: z.json().optional() };
const commonFields = { ...comment, QueryLanguage: z.literal("JSONata").optional() };
const transitionFields = { Next: stateName.optional(), End: z.literal(true).optional() };

/** Errors of Step Functions that can occur here. Errors of steps never begin with `States.`. */
const RUNTIME_ERRORS = [
  "States.ALL",
  "States.TaskFailed",
  "States.Timeout",
  "States.HeartbeatTimeout",
  "States.QueryEvaluationError",
  "States.NoChoiceMatched",
  "States.DataLimitExceeded",
] as const;
const errorName = z
  .string()
  .min(1)
  .refine(
    (name) => !name.startsWith("States.") || RUNTIME_ERRORS.some((known) => known === name),
    `Must be one of ${RUNTIME_ERRORS.join(", ")}, or an error of a step`,
  );
const errorEquals = z.array(errorName).min(1);

const retrier = z.strictObject({
  ...comment,
  ErrorEquals: errorEquals,
  IntervalSeconds: z.int().min(1).max(99_999_999).optional(),
  MaxAttempts: z.int().min(0).max(99_999_999).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).max(31_622_399).optional(),
  JitterStrategy: z.enum(["FULL", "NONE"]).optional(),
});
const catcher = z.strictObject({ ...comment, ErrorEquals: errorEquals, Next: stateName, ...assignField, ...outputField });
const errorFields = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };

/** The resource of a step. With `WAIT_FOR_TOKEN`, the state ends only when its token is answered. */
export const INVOKE = "arn:aws:states:::lambda:invoke";
export const WAIT_FOR_TOKEN = `${INVOKE}.waitForTaskToken`;
/** The placeholder for the function of all steps, which the stacks replace. */
export const STEPS_FUNCTION = "${steps}";
export const EXECUTION_NAME = "{% $states.context.Execution.Name %}";
export const TASK_TOKEN = "{% $states.context.Task.Token %}";

const payload = z.strictObject({
  step: stateName,
  execution: z.literal(EXECUTION_NAME),
  token: z.literal(TASK_TOKEN).optional(),
  input: z.json().optional(),
});

const pass = z.strictObject({ ...commonFields, Type: z.literal("Pass"), ...transitionFields, ...assignField, ...outputField });
const task = z.strictObject({
  ...commonFields,
  Type: z.literal("Task"),
  Resource: z.enum([INVOKE, WAIT_FOR_TOKEN]),
  Arguments: z.strictObject({ FunctionName: z.literal(STEPS_FUNCTION), Payload: payload }),
  TimeoutSeconds: seconds.optional(),
  HeartbeatSeconds: seconds.optional(),
  ...transitionFields,
  ...assignField,
  ...outputField,
  ...errorFields,
});
const choice = z.strictObject({
  ...commonFields,
  Type: z.literal("Choice"),
  Choices: z
    .array(
      z.strictObject({
        ...comment,
        Condition: z.union([z.boolean(), expression]),
        Next: stateName,
        ...assignField,
        ...outputField,
      }),
    )
    .min(1),
  Default: stateName.optional(),
  ...assignField,
  ...outputField,
});
const wait = z.strictObject({
  ...commonFields,
  Type: z.literal("Wait"),
  Seconds: z.union([z.int().min(0).max(99_999_999), expression]).optional(),
  Timestamp: z.union([z.iso.datetime({ offset: true }), expression]).optional(),
  ...transitionFields,
  ...assignField,
  ...outputField,
});
const succeed = z.strictObject({ ...commonFields, Type: z.literal("Succeed"), ...outputField });
const fail = z.strictObject({ ...commonFields, Type: z.literal("Fail"), Error: z.string().min(1), Cause: z.string().optional() });

const parallel = z.strictObject({
  ...commonFields,
  Type: z.literal("Parallel"),
  Branches: z.array(z.lazy((): z.ZodType<Branch> => z.strictObject(branchFields))).min(1),
  Arguments: z.json().optional(),
  ...transitionFields,
  ...assignField,
  ...outputField,
  ...errorFields,
});
const map = z.strictObject({
  ...commonFields,
  Type: z.literal("Map"),
  Items: z.union([z.array(z.json()), expression]).optional(),
  ItemSelector: z.json().optional(),
  ItemProcessor: z.lazy(
    (): z.ZodType<Branch> =>
      z.strictObject({ ...branchFields, ProcessorConfig: z.strictObject({ Mode: z.literal("INLINE") }).optional() }),
  ),
  MaxConcurrency: z.union([z.int().min(0), expression]).optional(),
  ...transitionFields,
  ...assignField,
  ...outputField,
  ...errorFields,
});

const state = z.discriminatedUnion("Type", [pass, task, choice, wait, succeed, fail, parallel, map]);
const branchFields = { ...comment, StartAt: stateName, States: z.record(stateName, state) };

export type State = z.output<typeof state>;
export type StateByType<T extends State["Type"]> = Extract<State, { Type: T }>;
export type Retrier = z.output<typeof retrier>;
export type Catcher = z.output<typeof catcher>;

/** States that lead to each other: those of the machine, of a branch, or of the processor of a Map. */
export interface Branch {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
  readonly Comment?: string | undefined;
}

export const Machine = z.strictObject({
  ...branchFields,
  QueryLanguage: z.literal("JSONata"),
  TimeoutSeconds: z.int().min(1).max(99_999_999).optional(),
  Version: z.literal("1.0").optional(),
});
export type Machine = z.output<typeof Machine>;

/** Returns the branches of a state. */
export function listBranches(state: State): readonly Branch[] {
  if (state.Type === "Parallel") return state.Branches;
  return state.Type === "Map" ? [state.ItemProcessor] : [];
}
