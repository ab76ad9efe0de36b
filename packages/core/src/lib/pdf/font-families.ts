/** Font families that the port `Fonts` provides, in files such as `NotoSansJP-Bold`. All are under the SIL Open Font License 1.1. */
export const families = ["NotoSans", "PlexSansArabic", "NotoSansSC", "NotoSansTC", "NotoSansJP", "NotoSansKR"] as const;
export type Family = (typeof families)[number];

export const weights = ["Regular", "Bold"] as const;
export type Weight = (typeof weights)[number];
