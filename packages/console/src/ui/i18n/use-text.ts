import { useLingui } from "@lingui/react";
import { useCallback } from "react";

/** Translates a message. The message must be a literal: `npm run translations` reads it from the source. */
export type Translate = (message: string, values?: Readonly<Record<string, unknown>>) => string;

/** Returns the function that translates messages into the user's language. Name it `t`. */
export function useText(): Translate {
  const { i18n } = useLingui();
  return useCallback((message, values) => i18n._(message, values), [i18n]);
}
