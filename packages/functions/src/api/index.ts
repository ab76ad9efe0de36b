import type { Operation } from "../http/operation.ts";
import { type FunctionName, functionLoaders, functionNames } from "./function-loaders.ts";

type Functions = { readonly [N in FunctionName]: Awaited<ReturnType<(typeof functionLoaders)[N]["load"]>> };

/** All functions that answer requests, with their operations. */
export const functions = Object.fromEntries(
  await Promise.all(functionNames.map(async (name) => [name, await functionLoaders[name].load()])),
) as Functions;

type Registry = { readonly [N in FunctionName]: Functions[N]["operations"] };

/** The operations by function. */
export const registry = Object.fromEntries(functionNames.map((name) => [name, functions[name].operations])) as Registry;

export const operations: readonly Operation[] = Object.values<readonly Operation[]>(registry).flat();
