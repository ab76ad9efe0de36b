import { type ReactNode, useEffect, useEffectEvent, useSyncExternalStore } from "react";

/** What can be done on the open page, for the command palette. */
interface PageCommand {
  readonly id: string;
  readonly label: string;
  readonly icon?: ReactNode;
  /** The keys that do the same. */
  readonly keys?: string;
  readonly run: () => void;
}

let current: readonly PageCommand[] = [];
const listeners = new Set<() => void>();

function setCommands(commands: readonly PageCommand[]): void {
  current = commands;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Offers the commands of a page in the palette, as long as the page is open. */
export function useOfferedCommands(commands: readonly PageCommand[]): void {
  const readLatest = useEffectEvent(() => commands);
  const signature = commands.map(({ id, label }) => `${id} ${label}`).join("\n");
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new label is a new command, a new function is not
  useEffect(() => {
    const offered = readLatest().map((command) => ({
      ...command,
      run: () =>
        readLatest()
          .find(({ id }) => id === command.id)
          ?.run(),
    }));
    setCommands(offered);
    return () => setCommands([]);
  }, [signature]);
}

export const usePageCommands = (): readonly PageCommand[] => useSyncExternalStore(subscribe, () => current);
