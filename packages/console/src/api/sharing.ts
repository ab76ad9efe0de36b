import type { Translate } from "../ui/i18n/use-text.ts";

/** Who sees a view, a dashboard, a KPI or a report besides its owner. */

const sharings = ["PRIVATE", "TEAM", "EVERYONE"] as const;
export type Sharing = (typeof sharings)[number];

export const nameSharing = (sharing: Sharing, t: Translate): string =>
  ({ PRIVATE: t("Only me"), TEAM: t("My team"), EVERYONE: t("Everyone") })[sharing];

/** Lists what a user can choose. Without a team there is none to share with, unless it was chosen before. */
export const listSharings = (hasTeam: boolean, current: string | undefined): readonly Sharing[] =>
  sharings.filter((sharing) => sharing !== "TEAM" || hasTeam || sharing === current);
