import { Preferences } from "../person/preferences.ts";
import type { Channel } from "./suppression.rules.ts";

/** Prefix of the source of preferences that come from the suppression list. */
export const LIST_SOURCE_PREFIX = "suppression ";

type PreferenceHolder = Parameters<typeof Preferences.hasRefused>[0];

/** Tells whether a person refuses a channel for any purpose or for this one, apart from refusals that come from the suppression list. */
export const hasOwnRefusal = ({ preferences }: PreferenceHolder, channel: Channel, purpose = "marketing"): boolean =>
  Preferences.hasRefused(
    { preferences: preferences.filter(({ source }) => !source?.startsWith(LIST_SOURCE_PREFIX)) },
    channel,
    purpose,
  );
