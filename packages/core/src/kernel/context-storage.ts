import { AsyncLocalStorage } from "node:async_hooks";

/**
 * The part of the context (context.ts) that field types read. They cannot import the context, because it imports them.
 */
interface ContextOfFields {
  readonly actor: { readonly type: string };
  readonly settings: { readonly timezone: string };
  readonly relativeTime?: RelativeTime;
}

/** The instant and the time zone to which relative dates refer. */
export interface RelativeTime {
  readonly at: string;
  readonly timezone: string;
}

/** Holds the context of the running work. Only `runIn` of context.ts stores a context. */
export const contextStorage = new AsyncLocalStorage<ContextOfFields>();

/** Returns the time zone of the caller's tenant; undefined outside of a context, and for a caller without a tenant. */
export function findTenantZone(): string | undefined {
  const context = contextStorage.getStore();
  return context === undefined || context.actor.type === "public" ? undefined : context.settings.timezone;
}

/** Returns the time to which relative dates refer; undefined where none are allowed. */
export const findRelativeTime = (): RelativeTime | undefined => contextStorage.getStore()?.relativeTime;
