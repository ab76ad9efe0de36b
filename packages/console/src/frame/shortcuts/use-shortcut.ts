import { useEffect, useEffectEvent, useRef } from "react";
import { formatKeys, isSingleKey, matchKeys, type PendingKey } from "./key-press.ts";
import { type ShortcutName, shortcutKeys } from "./shortcut-list.ts";

/** What shortcuts do now, the latest registration last: a page comes before the shell, and a layer before its page. */
const actions = new Map<ShortcutName, (() => void)[]>();

/** Does something when the keys of a shortcut are pressed, as long as the component is there. */
export function useShortcut(name: ShortcutName, run: () => void, isEnabled = true): void {
  const runLatest = useEffectEvent(run);
  useEffect(() => {
    if (!isEnabled) return undefined;
    const action = (): void => runLatest();
    actions.set(name, [...(actions.get(name) ?? []), action]);
    return () => {
      actions.set(
        name,
        (actions.get(name) ?? []).filter((other) => other !== action),
      );
    };
  }, [name, isEnabled]);
}

const TEXT_TARGETS = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable="true"], [role="textbox"]';
const LAYERS = '[role="dialog"], [role="alertdialog"]:not([aria-modal="false"]), [role="menu"], [data-trigger] [role="listbox"]';

/** Whether single keys belong to a text or to an open layer. */
const isTyping = (target: EventTarget | null): boolean =>
  (target instanceof Element && target.closest(TEXT_TARGETS) !== null) || document.querySelector(LAYERS) !== null;

/** Listens to the keys of all shortcuts. The shell has the one listener. */
export function useShortcutKeys(hasSingleKeys: boolean): void {
  const pending = useRef<PendingKey>(undefined);
  useEffect(() => {
    const names = Object.entries(shortcutKeys) as [ShortcutName, string][];
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const areSingleKeysOff = !hasSingleKeys || isTyping(event.target);
      const known = names.filter(([, keys]) => !(isSingleKey(keys) && areSingleKeysOff));
      const match = matchKeys(
        event,
        pending.current,
        known.map(([, keys]) => keys),
      );
      pending.current = match.pending;
      const [name] = known.find(([, keys]) => keys === match.keys) ?? [];
      const action = name === undefined ? undefined : actions.get(name)?.at(-1);
      if (!action) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, [hasSingleKeys]);
}

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

/** The keys of a shortcut as they are shown beside its button. */
export const showKeys = (name: ShortcutName): string => formatKeys(shortcutKeys[name], isMac);
