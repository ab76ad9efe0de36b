import { Preferences } from "../person/preferences.ts";
import type { Channel } from "./suppression.rules.ts";

/** The source of answers that came from the list begins so. */
export const LIST_SOURCE_PREFIX = "suppression ";

type PreferenceHolder = Parameters<typeof Preferences.hasRefused>[0];

/** Whether somebody refuses a channel for any purpose or for this one, beside what the list says. */
export const hasOwnRefusal = ({ preferences }: PreferenceHolder, channel: Channel, purpose = "marketing"): boolean =>
  Preferences.hasRefused(
    { preferences: preferences.filter(({ source }) => !source?.startsWith(LIST_SOURCE_PREFIX)) },
    channel,
    purpose,
  );
