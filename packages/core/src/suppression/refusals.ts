import { Preferences } from "../person/preferences.ts";
import type { Channel } from "./suppression.rules.ts";

/** The source of answers that came from the list begins so. */
export const OF_LIST = "suppression ";

type Answers = Parameters<typeof Preferences.refuses>[0];

/** Whether somebody refuses a channel for any purpose or for this one, beside what the list says. */
export const refusesThemselves = ({ preferences }: Answers, channel: Channel, purpose = "marketing"): boolean =>
  Preferences.refuses({ preferences: preferences.filter(({ source }) => !source?.startsWith(OF_LIST)) }, channel, purpose);
